"""Families of the calendar."""

from worlds.trades.agents import Agent
from worlds.trades.families import (
    LENGTHS,
    SUBJECTS,
    TIMES,
    Draw,
    Task,
    address_of,
    family,
    first_names,
    mine,
    newest,
    oldest,
    on,
)
from worlds.trades.settling import TOPICS
from worlds.trades.town import Row, Town


@family("Cancel my next meeting with {name}", "Can you call off the next meeting I have with {name}?")
def cancel_next(draw: Draw, town: Town) -> Task:
    name, now = draw.of("name", first_names(town)), town.day(1)
    event = oldest([row for row in mine(town, "events", "participant", name) if row["start"] >= now], "start")

    def plan(agent: Agent) -> None:
        more = {} if agent.style == 1 else {"date_min": now}
        rows = [r for r in agent.look("calendar.search", query=name, **more) if r["participant"].startswith(f"{name}.")]
        row = agent.pick([r for r in rows if r["start"] >= now], lambda found: oldest(found, "start"))
        agent.do("calendar.delete", event_id=row["event_id"])

    return Task({"name": name}, [("calendar.delete", {"event_id": event["event_id"]})], plan)


@family(
    "Schedule a {length} meeting called '{title}' with {name} {day} at {time}",
    "Put a {length} meeting with {name} called '{title}' into my calendar {day} at {time}",
)
def schedule(draw: Draw, town: Town) -> Task:
    name, length, time = (
        draw.of("name", first_names(town)),
        draw.of("length", list(LENGTHS)),
        draw.of("time", list(TIMES)),
    )
    title, day = draw.of("title", SUBJECTS), draw.day(town, 1, 30, "month weekday ahead iso")
    made = {
        "name": title,
        "participant": address_of(town, name),
        "start": f"{day[1]} {TIMES[time]}:00",
        "minutes": LENGTHS[length],
    }

    def plan(agent: Agent) -> None:
        agent.do("calendar.create", **{**made, "participant": agent.address(name)})

    return Task(
        {"length": length, "title": title, "name": name, "day": on(day), "time": time},
        [("calendar.create", made)],
        plan,
    )


@family(
    "Rename my next '{topic}' meeting to '{title}'", "Change the name of the upcoming '{topic}' meeting to '{title}'"
)
def rename_next(draw: Draw, town: Town) -> Task:
    topic, title, now = draw.of("topic", TOPICS), draw.of("title", SUBJECTS), town.day(1)
    rows = [r for r in town.tables["events"] if r["name"].lower() == topic and r["start"] >= now]
    event = oldest(rows, "start")

    def plan(agent: Agent) -> None:
        found = agent.look("calendar.search", query=topic, **({"date_min": now} if agent.style else {}))
        row = agent.pick([r for r in found if r["start"] >= now], lambda some: oldest(some, "start"))
        agent.do("calendar.change", event_id=row["event_id"], field="name", new_value=title)

    effects = [("calendar.change", {"event_id": event["event_id"], "field": "name", "new_value": title})]
    return Task({"topic": topic, "title": title}, effects, plan)


@family(
    "Book a half-hour meeting with {name} called '{title}' at my first free slot tomorrow",
    "Schedule '{title}', 30 minutes, with {name} for the earliest time I'm free tomorrow",
)
def first_free(draw: Draw, town: Town) -> Task:
    name, title, day = draw.of("name", first_names(town)), draw.of("title", SUBJECTS), town.day(1)
    start = _free(town.rows("events"), day)

    def plan(agent: Agent) -> None:
        rows = [] if agent.skips() else agent.look("calendar.search", date_min=day, date_max=day)
        agent.do("calendar.create", name=title, participant=agent.address(name), start=_free(rows, day), minutes="30")

    made = {"name": title, "participant": address_of(town, name), "start": start, "minutes": "30"}
    return Task({"name": name, "title": title}, [("calendar.create", made)], plan)


def _free(rows: list[Row], day: str) -> str:
    taken = [
        (row["start"][11:16], _plus(row["start"][11:16], int(row["minutes"])))
        for row in rows
        if row["start"].startswith(day)
    ]
    slots = [f"{hour:02}:{minute:02}" for hour in range(9, 18) for minute in (0, 30)]
    free = next(s for s in slots if all(_plus(s, 30) <= a or s >= b for a, b in taken))
    return f"{day} {free}:00"


def _plus(clock: str, minutes: int) -> str:
    total = int(clock[:2]) * 60 + int(clock[3:]) + minutes
    return f"{total // 60:02}:{total % 60:02}"


@family("Cancel all my meetings {day}", "Clear my calendar {day}: cancel every meeting")
def cancel_day(draw: Draw, town: Town) -> Task:
    day = draw.day(town, 1, 20, "month weekday ahead")
    found = [row for row in town.tables["events"] if row["start"].startswith(day[1])]

    def plan(agent: Agent) -> None:
        for row in agent.look("calendar.search", date_min=day[1], date_max=day[1]):
            agent.do("calendar.delete", event_id=row["event_id"])

    return Task({"day": on(day)}, [("calendar.delete", {"event_id": row["event_id"]}) for row in found], plan)


@family(
    "If I have more than {number} meetings {day}, cancel the last one",
    "Cancel my last meeting {day} if I have more than {number} meetings then",
)
def too_many_meetings(draw: Draw, town: Town) -> Task:
    day, number = draw.day(town, 1, 20, "month ahead"), draw.of("number", (0, 1, 2, 3, 5))
    found = [row for row in town.tables["events"] if row["start"].startswith(day[1])]
    effects = [("calendar.delete", {"event_id": newest(found, "start")["event_id"]})] if len(found) > number else []

    def plan(agent: Agent) -> None:
        rows = agent.look("calendar.search", date_min=day[1], date_max=day[1])
        if agent.thinks(len(rows) > number):
            row = agent.pick(rows, lambda some: newest(some, "start"))
            agent.do("calendar.delete", event_id=row["event_id"])

    return Task({"day": on(day), "number": number}, effects, plan)

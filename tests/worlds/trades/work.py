"""Families of tickets."""

from collections import Counter
from typing import Any

from worlds.trades.agents import Agent, StoppedError
from worlds.trades.families import Draw, Effect, Task, UnfitError, address_of, family, first_names, mine, single
from worlds.trades.settling import PROJECTS
from worlds.trades.town import CAP, Row, Town

STATUS_SAID = {"being worked on": "In Progress", "under review": "In Review", "finished": "Done", "to do": "Open"}


def _ticket_names(town: Town) -> list[str]:
    return sorted({row["assignee"].partition(".")[0] for row in town.tables["tickets"]})


def _all_tickets(agent: Agent, name: str, **more: Any) -> list[Row]:
    return agent.look("tickets.search", assignee=agent.address(name), **more)  # type: ignore[no-any-return]


@family(
    "Mark {name}'s open ticket with the earliest due date as done",
    "Close the oldest open ticket of {name}: set it to done",
)
def close_oldest(draw: Draw, town: Town) -> Task:
    name = draw.of("name", _ticket_names(town))
    rows = [row for row in mine(town, "tickets", "assignee", name) if row["status"] == "Open"]
    ticket = single(rows, "due", -1)

    def plan(agent: Agent) -> None:
        found = _all_tickets(agent, name, **({} if agent.style == 2 else {"status": "Open"}))
        row = agent.pick([r for r in found if r["status"] == "Open"], lambda some: min(some, key=lambda r: r["due"]))
        agent.do("tickets.update", ticket_id=row["ticket_id"], field="status", new_value="Done")

    effects = [("tickets.update", {"ticket_id": ticket["ticket_id"], "field": "status", "new_value": "Done"})]
    return Task({"name": name}, effects, plan)


@family(
    "Give all of {name}'s tickets that are {status} to {other}",
    "Reassign every ticket of {name} that is {status} to {other}",
)
def hand_over(draw: Draw, town: Town) -> Task:
    name, other = draw.of("name", _ticket_names(town)), draw.of("other", first_names(town))
    said = draw.of("status", list(STATUS_SAID))
    rows = [row for row in mine(town, "tickets", "assignee", name) if row["status"] == STATUS_SAID[said]]
    if name == other:
        raise UnfitError

    def plan(agent: Agent) -> None:
        recipient = agent.address(other)
        while True:
            found = _all_tickets(agent, name, status=STATUS_SAID[said])
            for row in found:
                agent.do("tickets.update", ticket_id=row["ticket_id"], field="assignee", new_value=recipient)
            if len(found) < CAP or agent.skips():
                return

    effects = [_set(row, "assignee", address_of(town, other)) for row in rows]
    return Task({"name": name, "other": other, "status": said}, effects, plan)


def _set(row: Row, name: str, value: str) -> Effect:
    return "tickets.update", {"ticket_id": row["ticket_id"], "field": name, "new_value": value}


TITLES = ("Fix the login page", "Order new chairs", "Write the report", "Check all backups", "Call the last supplier")


@family(
    "Open a ticket '{title}' for {name} in the {project} project due {day}",
    "Create a ticket called '{title}' in {project}, assigned to {name}, with {day} as the due date",
)
def open_ticket(draw: Draw, town: Town) -> Task:
    name, title, said = draw.of("name", first_names(town)), draw.of("title", TITLES), draw.of("project", PROJECTS)
    day = draw.day(town, 1, 30, "month iso weekday")
    made = {"title": title, "assignee": address_of(town, name), "status": "Open", "due": day[1], "project": said}

    def plan(agent: Agent) -> None:
        arguments = {**made, "assignee": agent.address(name)}
        if agent.style == 2:
            del arguments["status"]
        agent.do("tickets.create", **arguments)

    return Task(
        {"title": title, "name": name, "project": said.lower() if draw.random.random() < 0.2 else said, "day": day[0]},
        [("tickets.create", made)],
        plan,
    )


@family(
    "Create a ticket '{title}' in {project} due {day} for the person with the fewest open tickets there",
    "Add '{title}' to {project} with {day} as the due date and give it to whoever has the fewest open tickets there",
)
def for_fewest(draw: Draw, town: Town) -> Task:
    title, said, day = draw.of("title", TITLES), draw.of("project", PROJECTS), draw.day(town, 1, 30, "month weekday")
    count = Counter(row["assignee"] for row in town.rows("tickets", project=said, status="Open"))
    if not count or list(count.values()).count(min(count.values())) > 1:
        raise UnfitError
    who = min(count, key=lambda one: count[one])

    def plan(agent: Agent) -> None:
        seen: Counter[str] = Counter()
        for name in _ticket_names(agent.town):
            if agent.style != 3:
                seen.update(
                    r["assignee"]
                    for r in agent.look(
                        "tickets.search", assignee=address_of(agent.town, name), project=said, status="Open"
                    )
                )
        if agent.style == 3:
            seen.update(r["assignee"] for r in agent.look("tickets.search", project=said, status="Open"))
        if not seen:
            raise StoppedError
        agent.do(
            "tickets.create",
            title=title,
            assignee=min(seen, key=lambda one: seen[one]),
            status="Open",
            due=day[1],
            project=said,
        )

    made = {"title": title, "assignee": who, "status": "Open", "due": day[1], "project": said}
    return Task({"title": title, "project": said, "day": day[0]}, [("tickets.create", made)], plan)


@family(
    "Move {name}'s overdue open tickets to in progress",
    "Set all of {name}'s open tickets that are overdue to in progress",
)
def start_overdue(draw: Draw, town: Town) -> Task:
    name, until = draw.of("name", _ticket_names(town)), town.day(-1)
    rows = [r for r in mine(town, "tickets", "assignee", name) if r["status"] == "Open" and r["due"] <= until]

    def plan(agent: Agent) -> None:
        more = {} if agent.style == 1 else {"date_max": until}
        found = _all_tickets(agent, name, status="Open", **more)
        for row in found:
            if row["due"] <= until:
                agent.do("tickets.update", ticket_id=row["ticket_id"], field="status", new_value="In Progress")

    return Task({"name": name}, [_set(row, "status", "In Progress") for row in rows], plan)


LATE = ("Overdue tickets", "You have overdue tickets, can you look at them?")
FINE = ("Well done", "Thank you for keeping up with your tickets!")


@family(
    f"If {{name}} has any overdue open tickets, send them a mail titled '{LATE[0]}' saying '{LATE[1]}'. "
    f"Otherwise mail them '{FINE[1]}' titled '{FINE[0]}'",
    f"Check whether {{name}} has overdue open tickets. If so, mail them '{LATE[1]}' titled '{LATE[0]}', "
    f"else '{FINE[1]}' titled '{FINE[0]}'",
)
def overdue_or_thanks(draw: Draw, town: Town) -> Task:
    name, until = draw.of("name", _ticket_names(town)), town.day(-1)
    is_late = any(r["status"] == "Open" and r["due"] <= until for r in mine(town, "tickets", "assignee", name))

    def plan(agent: Agent) -> None:
        rows = _all_tickets(agent, name, status="Open", date_max=until)
        subject, body = LATE if agent.thinks(bool(rows)) else FINE
        agent.do("mail.send", recipient=agent.address(name), subject=subject, body=body)

    subject, body = LATE if is_late else FINE
    return Task(
        {"name": name}, [("mail.send", {"recipient": address_of(town, name), "subject": subject, "body": body})], plan
    )


@family(
    "If {name} has more than {number} open tickets, give the one due last to {other}",
    "Give {name}'s open ticket that is due last to {other} if {name} has more than {number} open tickets",
)
def lighten(draw: Draw, town: Town) -> Task:
    name, other, number = (
        draw.of("name", _ticket_names(town)),
        draw.of("other", first_names(town)),
        draw.of("number", (1, 2, 3, 5)),
    )
    rows = [row for row in mine(town, "tickets", "assignee", name) if row["status"] == "Open"]
    if name == other or not rows:
        raise UnfitError
    effects = [_set(single(rows, "due", 1), "assignee", address_of(town, other))] if len(rows) > number else []

    def plan(agent: Agent) -> None:
        found = _all_tickets(agent, name, status="Open")
        if agent.thinks(len(found) > number):
            row = agent.pick(found, lambda some: max(some, key=lambda r: r["due"]))
            agent.do("tickets.update", ticket_id=row["ticket_id"], field="assignee", new_value=agent.address(other))

    return Task({"name": name, "other": other, "number": number}, effects, plan)

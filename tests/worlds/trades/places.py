"""Families of the library and the clinic."""

from worlds.trades.agents import Agent
from worlds.trades.families import TIMES, Draw, Task, UnfitError, family, newest, oldest, on, single
from worlds.trades.settling import AUTHORS, DOCTORS, REASONS, TITLES
from worlds.trades.town import Row, Town

MEMBERS = tuple(f"m-{number}" for number in range(1, 7))


@family("Renew member {member}'s loan of {title} until {day}", "Let member {member} keep {title} until {day}")
def renew(draw: Draw, town: Town) -> Task:
    row, day = draw.of("loan", town.tables["loans"]), draw.day(town, 21, 60, "month iso")
    if len(town.rows("loans", member=row["member"], title=row["title"])) > 1:
        raise UnfitError

    def plan(agent: Agent) -> None:
        rows = agent.look("library.loans", member=row["member"])
        found = agent.only([one for one in rows if one["title"] == row["title"]] if agent.style else rows)
        agent.do("library.renew", loan_id=found["loan_id"], due=day[1])

    slots = {"member": row["member"], "title": row["title"], "day": day[0]}
    return Task(slots, [("library.renew", {"loan_id": row["loan_id"], "due": day[1]})], plan)


@family("Renew everything that member {member} has on loan until {day}", "Extend all loans of member {member} to {day}")
def renew_all(draw: Draw, town: Town) -> Task:
    member, day = draw.of("member", MEMBERS), draw.day(town, 21, 60, "month iso")
    rows = town.rows("loans", member=member)

    def plan(agent: Agent) -> None:
        for row in agent.look("library.loans", member=member):
            agent.do("library.renew", loan_id=row["loan_id"], due=day[1])

    effects = [("library.renew", {"loan_id": row["loan_id"], "due": day[1]}) for row in rows]
    return Task({"member": member, "day": day[0]}, effects, plan)


@family("Reserve '{title}' for member {member}", "Put '{title}' aside for member {member}", is_policy=True)
def reserve(draw: Draw, town: Town) -> Task:
    """Poetry is picked up in the annex, which no goal says."""
    title, member = draw.of("title", TITLES), draw.of("member", MEMBERS)
    book = town.one("books", title=title)

    def plan(agent: Agent) -> None:
        row = agent.only(agent.look("library.books", query=title))
        pickup = "annex" if row["shelf"] == "poetry" else "main desk"
        agent.do("library.reserve", book_id=row["book_id"], member=member, pickup=pickup)

    made = {
        "book_id": book["book_id"],
        "member": member,
        "pickup": "annex" if book["shelf"] == "poetry" else "main desk",
    }
    return Task({"title": title, "member": member}, [("library.reserve", made)], plan)


@family(
    "Reserve the newest book by {author} for member {member}",
    "Put the latest book of {author} aside for member {member}",
)
def reserve_newest(draw: Draw, town: Town) -> Task:
    author, member = draw.of("author", AUTHORS), draw.of("member", MEMBERS)
    book = single(town.rows("books", author=author), "year", 1)

    def plan(agent: Agent) -> None:
        row = agent.pick(agent.look("library.books", query=author), lambda rows: newest(rows, "year"))
        agent.do("library.reserve", book_id=row["book_id"], member=member, pickup="main desk")

    made = {"book_id": book["book_id"], "member": member, "pickup": "main desk"}
    return Task({"author": author, "member": member}, [("library.reserve", made)], plan)


def _patient(agent: Agent, name: str) -> Row:
    return agent.only(agent.look("clinic.patients", query=name))


@family(
    "Book {patient} in for a {reason} with {doctor} {day} at {time}",
    "Give {patient} an appointment for a {reason} with {doctor} {day} at {time}",
    is_policy=True,
)
def book_visit(draw: Draw, town: Town) -> Task:
    """An x-ray or a blood test takes 40 minutes, which no goal says."""
    row, reason, doctor = (
        draw.of("patient", town.tables["patients"]),
        draw.of("reason", REASONS),
        draw.of("doctor", DOCTORS),
    )
    day, time = draw.day(town, 1, 30, "month weekday"), draw.of("time", list(TIMES))
    minutes = 40 if reason in {"x-ray", "blood test"} else 20
    made = {
        "patient_id": row["patient_id"],
        "doctor": doctor,
        "start": f"{day[1]} {TIMES[time]}:00",
        "minutes": minutes,
        "reason": reason,
    }

    def plan(agent: Agent) -> None:
        agent.do("clinic.book", **{**made, "patient_id": _patient(agent, row["name"])["patient_id"]})

    return Task(
        {"patient": row["name"], "reason": reason, "doctor": doctor, "day": on(day), "time": time},
        [("clinic.book", made)],
        plan,
    )


def _visits(town: Town, patient: Row) -> list[Row]:
    return [row for row in town.rows("visits", patient_id=patient["patient_id"]) if row["start"] >= town.day(1)]


@family("Cancel {patient}'s next appointment", "{patient} cannot come to their next appointment. Please cancel it")
def cancel_visit(draw: Draw, town: Town) -> Task:
    row = draw.of("patient", town.tables["patients"])
    visit = oldest(_visits(town, row), "start")

    def plan(agent: Agent) -> None:
        more = {"date_min": town.day(0)} if agent.style else {}
        rows = agent.look("clinic.appointments", patient_id=_patient(agent, row["name"])["patient_id"], **more)
        found = agent.pick([one for one in rows if one["start"] >= town.day(1)], lambda some: oldest(some, "start"))
        agent.do("clinic.cancel", visit_id=found["visit_id"])

    return Task({"patient": row["name"]}, [("clinic.cancel", {"visit_id": visit["visit_id"]})], plan)


@family(
    "Move {patient}'s next appointment with {doctor} to {day} at {time}",
    "Reschedule the next visit of {patient} to {doctor} to {day} at {time}",
)
def move_visit(draw: Draw, town: Town) -> Task:
    row, doctor = draw.of("patient", town.tables["patients"]), draw.of("doctor", DOCTORS)
    day, time = draw.day(town, 1, 30, "month iso weekday"), draw.of("time", list(TIMES))
    visit = oldest([one for one in _visits(town, row) if one["doctor"] == doctor], "start")

    def plan(agent: Agent) -> None:
        more = {"date_min": town.day(0)} if agent.style else {}
        rows = agent.look(
            "clinic.appointments", patient_id=_patient(agent, row["name"])["patient_id"], doctor=doctor, **more
        )
        found = agent.pick([one for one in rows if one["start"] >= town.day(1)], lambda some: oldest(some, "start"))
        agent.do("clinic.move", visit_id=found["visit_id"], start=f"{day[1]} {TIMES[time]}:00")

    made = {"visit_id": visit["visit_id"], "start": f"{day[1]} {TIMES[time]}:00"}
    return Task({"patient": row["name"], "doctor": doctor, "day": day[0], "time": time}, [("clinic.move", made)], plan)


@family("Cancel all of {doctor}'s appointments {day}", "{doctor} is ill. Cancel every appointment {day}")
def cancel_doctor(draw: Draw, town: Town) -> Task:
    doctor, day = draw.of("doctor", DOCTORS), draw.day(town, 1, 20, "month weekday ahead")
    rows = [row for row in town.rows("visits", doctor=doctor) if row["start"].startswith(day[1])]

    def plan(agent: Agent) -> None:
        for row in agent.look("clinic.appointments", doctor=doctor, date_min=day[1], date_max=day[1]):
            agent.do("clinic.cancel", visit_id=row["visit_id"])

    return Task(
        {"doctor": doctor, "day": on(day)}, [("clinic.cancel", {"visit_id": r["visit_id"]}) for r in rows], plan
    )

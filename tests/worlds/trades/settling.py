"""How a town is settled: people whose names are also words, values that repeat, lists that are longer than a search."""

from datetime import date, timedelta
from random import Random
from typing import Any

from worlds.trades.town import METRICS, Row, Town

FIRST = (
    "mark",
    "rose",
    "will",
    "may",
    "grace",
    "bill",
    "hope",
    "art",
    "june",
    "ivan",
    "noor",
    "lucia",
    "tomasz",
    "aya",
)
LAST = ("stone", "field", "park", "day", "young", "novak", "silva", "haddad", "ito", "lindqvist")
TOPICS = (
    "budget review",
    "open day",
    "last mile plan",
    "roof repair",
    "data contract",
    "summer party",
    "site visit",
    "price list",
    "hiring round",
    "safety drill",
    "new logo",
    "quarter close",
    "parking",
    "team offsite",
)
PRODUCTS = ("desk lamp", "oak shelf", "wall clock", "tea set", "rain coat", "yoga mat", "steel kettle", "paper lamp")
TITLES = (
    "The Long March",
    "Salt Roads",
    "First Light",
    "Iron Harvest",
    "A Small Garden",
    "Nine Rivers",
    "Open Water",
    "The Last Tram",
    "Clay and Fire",
    "Winter Bees",
)
AUTHORS = ("Ada Moss", "Jon Vale", "Iris Okoro", "Peter Lund")
SHELVES = ("history", "poetry", "travel", "science")
ROOMS = ("kitchen", "hall", "study", "attic", "garage")
STAGES = ("Lead", "Qualified", "Proposal", "Won", "Lost")
INTERESTS = ("Hosting", "Training", "Support", "Licences")
STATES = ("Open", "In Progress", "In Review", "Done")
PROJECTS = ("Website", "Mobile App", "Back Office")
REASONS = ("check-up", "vaccination", "blood test", "x-ray", "skin check")
DOCTORS = ("Dr Weiss", "Dr Amadi", "Dr Long")
FOLDERS = ("drafts", "invoices", "photos", "reports")


def settled(random: Random, today: date) -> Town:
    """Return a town as it is on a day."""
    people = [
        {
            "first": first,
            "last": last,
            "address": f"{first}.{last}@{'acorn.io' if random.random() < 0.8 else 'oak.org'}",
        }
        for first, last in zip(FIRST, (random.choice(LAST) for _ in FIRST), strict=True)
    ]
    town = Town(today, {"people": people, "holds": []})
    town.tables |= {
        "mails": _mails(random, today, people),
        "events": _events(random, today, people),
        "tickets": _tickets(random, today, people),
        "customers": _customers(random, today, people),
        "orders": _orders(random, today),
        "products": [
            {
                "sku": _id(700 + n),
                "name": name,
                "stock": random.choice((0, 3, 8, 12, 40)),
                "price": random.randint(5, 90) + 0.5,
            }
            for n, name in enumerate(PRODUCTS)
        ],
        "days": _days(random, today),
        "rooms": [
            {"room": room, "temperature": random.randint(14, 27), "humidity": random.randint(30, 80)} for room in ROOMS
        ],
        "devices": _devices(random),
        "files": _files(random, today),
    }
    town.tables |= _library(random, today) | _clinic(random, today)
    return town


def _id(number: int) -> str:
    return f"{number:08}"


def full(row: Row) -> str:
    """Return a person's name as people write it."""
    return f"{row['first'].title()} {row['last'].title()}"


def _moment(random: Random, today: date, first: int, last: int) -> str:
    day = today + timedelta(days=random.randint(first, last))
    minute, second = random.choice((0, 15, 30, 45)), random.choice((0, 7, 31))
    return f"{day.isoformat()} {random.randint(8, 17):02}:{minute:02}:{second:02}"


def _at(random: Random, today: date, first: int, last: int, minutes: tuple[int, ...] = (0, 30)) -> str:
    day = today + timedelta(days=random.randint(first, last))
    return f"{day.isoformat()} {random.randint(9, 16):02}:{random.choice(minutes):02}:00"


def _mails(random: Random, today: date, people: list[Row]) -> list[Row]:
    rows = []
    for number in range(90):
        person = random.choice(people)
        topic = random.choice(TOPICS)
        ending = random.choice(("Best", "Thanks", "Cheers"))
        body = f"Hello, about the {topic}: see you there. {ending}, {person['first'].title()}"
        rows.append(
            {
                "mail_id": _id(100 + number),
                "folder": random.choice(("inbox", "inbox", "archive")),
                "sender": person["address"],
                "subject": random.choice((f"{topic.capitalize()}", f"Update on {topic}", f"Re: {topic}")),
                "sent": _moment(random, today, -40, -1),
                "body": body,
            }
        )
    return _apart(rows, "sent")


def _apart(rows: list[Row], name: str) -> list[Row]:
    """Leave out rows with a time that another one has."""
    return list({row[name]: row for row in rows}.values())


def _events(random: Random, today: date, people: list[Row]) -> list[Row]:
    rows = [
        {
            "event_id": _id(200 + number),
            "name": random.choice(TOPICS).capitalize(),
            "participant": random.choice(people)["address"],
            "start": _at(random, today, -20, 20),
            "minutes": random.choice(("30", "30", "60", "90")),
        }
        for number in range(60)
    ]
    return _apart(rows, "start")


def _tickets(random: Random, today: date, people: list[Row]) -> list[Row]:
    return [
        {
            "ticket_id": _id(300 + number),
            "title": f"{random.choice(('Fix', 'Check', 'Write up', 'Review'))} {random.choice(TOPICS)} {number}",
            "assignee": random.choice(people[:6])["address"],
            "status": random.choice(STATES),
            "due": (today + timedelta(days=random.randint(-15, 15))).isoformat(),
            "project": random.choice(PROJECTS),
        }
        for number in range(70)
    ]


def _customers(random: Random, today: date, people: list[Row]) -> list[Row]:
    names = [f"{first.title()} {last.title()}" for first in FIRST for last in LAST]
    return [
        {
            "customer_id": _id(400 + number),
            "name": name,
            "owner": random.choice(people[:5])["address"],
            "stage": random.choice(STAGES),
            "interest": random.choice(INTERESTS),
            "last_contact": (today - timedelta(days=random.randint(1, 60))).isoformat(),
        }
        for number, name in enumerate(random.sample(names, 50))
    ]


def _orders(random: Random, today: date) -> list[Row]:
    names = [f"{first.title()} {last.title()}" for first in FIRST[:7] for last in LAST[:2]]
    rows = [
        {
            "order_id": _id(500 + number),
            "customer": random.choice(names),
            "product": random.choice(PRODUCTS),
            "quantity": random.choice((1, 1, 2, 3, 6)),
            "total": random.randint(8, 300) + random.choice((0.5, 0.25)),
            "status": random.choice(("new", "paid", "paid", "shipped", "cancelled")),
            "ordered": _moment(random, today, -30, -1),
        }
        for number in range(60)
    ]
    return _apart(rows, "ordered")


def _days(random: Random, today: date) -> list[Row]:
    rows = []
    for back in range(90, -1, -1):
        row: dict[str, Any] = {name: random.randint(1, 22) for name in METRICS}
        row["bounce_rate"] = round(random.uniform(1, 60), 3)
        rows.append({"day": (today - timedelta(days=back)).isoformat(), **row})
    return rows


def _devices(random: Random) -> list[Row]:
    kinds = [(room, kind) for room in ROOMS for kind in ("lamp", "blind", "heater", "fan") if random.random() < 0.8]
    return [
        {
            "device_id": f"d-{number:03}",
            "room": room,
            "kind": kind,
            "name": f"{room} {kind}",
            "state": random.choice(("on", "off")),
            "level": random.choice((0, 20, 50, 100)),
        }
        for number, (room, kind) in enumerate(kinds)
    ]


def _files(random: Random, today: date) -> list[Row]:
    rows = [
        {
            "file_id": f"f{600 + number}",
            "folder": random.choice(FOLDERS),
            "name": f"{random.choice(TOPICS).replace(' ', '-')}-{number}.{random.choice(('pdf', 'txt', 'jpg'))}",
            "size": random.randint(1, 900),
            "modified": _moment(random, today, -60, -1),
        }
        for number in range(24)
    ]
    return _apart(rows, "modified")


def _library(random: Random, today: date) -> dict[str, list[Row]]:
    books = [
        {
            "book_id": f"b{800 + n}",
            "title": title,
            "author": random.choice(AUTHORS),
            "shelf": random.choice(SHELVES),
            "year": 1950 + random.randint(0, 70),
        }
        for n, title in enumerate(TITLES)
    ]
    loans = [
        {
            "loan_id": _id(850 + n),
            "member": f"m-{random.randint(1, 6)}",
            "title": random.choice(TITLES),
            "due": (today + timedelta(days=random.randint(-9, 20))).isoformat(),
        }
        for n in range(25)
    ]
    return {"books": books, "loans": loans}


def _clinic(random: Random, today: date) -> dict[str, list[Row]]:
    names = random.sample([f"{first.title()} {last.title()}" for first in FIRST for last in LAST], 20)
    patients = [
        {"patient_id": f"p-{n:03}", "name": name, "doctor": random.choice(DOCTORS)} for n, name in enumerate(names)
    ]
    visits = [
        {
            "visit_id": _id(870 + number),
            "patient_id": random.choice(patients)["patient_id"],
            "doctor": random.choice(DOCTORS),
            "start": _at(random, today, -10, 25),
            "minutes": random.choice((20, 20, 40)),
            "reason": random.choice(REASONS),
        }
        for number in range(45)
    ]
    return {"patients": patients, "visits": _apart(visits, "start")}

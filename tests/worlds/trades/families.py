"""What a family of tasks is, and how one of its tasks is drawn: slots for the goal, right effects, and a plan.

Values are drawn from small pools for whole logs at a time, so that in known runs they coincide as they do in life.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from worlds.trades.agents import Agent
from worlds.trades.town import Row, Town

Effect = tuple[str, dict[str, Any]]
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TIMES = {"9": "09:00", "10:30": "10:30", "2pm": "14:00", "3:30pm": "15:30", "11am": "11:00", "16:00": "16:00"}
SUBJECTS = ("Hello", "Budget", "A question", "Open points", "Next steps", "Running late", "All good")
LENGTHS = {"half-hour": "30", "30 minute": "30", "1 hour": "60", "90 minute": "90", "two hour": "120"}


@dataclass(frozen=True)
class Task:
    """One task: the goal's slots, the effects that are right, and how an agent goes about it."""

    slots: dict[str, Any]
    effects: Sequence[Effect]
    plan: Callable[[Agent], None]


@dataclass(frozen=True)
class Family:
    """Tasks that differ in values only. `is_policy`: what is right hangs on a rule that no goal says."""

    name: str
    wordings: tuple[str, ...]
    draw: Callable[["Draw", Town], Task]
    is_policy: bool = False


FAMILIES: dict[str, Family] = {}


def family(*wordings: str, is_policy: bool = False) -> Callable[[Callable[..., Task]], Callable[..., Task]]:
    def known(draw: Callable[..., Task]) -> Callable[..., Task]:
        FAMILIES[draw.__name__] = Family(draw.__name__, wordings, draw, is_policy)
        return draw

    return known


class UnfitError(Exception):
    """This town has no such task; another draw may have one."""


@dataclass
class Draw:
    """Draws values for one log. `pools` holds, for each slot, the few values that most of its tasks share."""

    random: Random
    family: str = ""
    pools: dict[tuple[str, str], Any] = field(default_factory=dict)

    def of(self, slot: str, options: Sequence[Any]) -> Any:
        """Return one of the options; for half of the slots mostly one of the same two in a whole log."""
        options = list(options)
        if not options:
            raise UnfitError
        key = (self.family, slot)
        if key not in self.pools:
            self.pools[key] = self.random.sample(range(40), 2) if self.random.random() < 0.5 else None
        if self.pools[key] is not None and self.random.random() < 0.7:
            return options[self.random.choice(self.pools[key]) % len(options)]
        return self.random.choice(options)

    def day(self, town: Town, first: int, last: int, forms: str = "month") -> tuple[str, str]:
        """Return a day in words and as ISO date, between two distances from today.

        Forms: "month" November 12, "iso", "weekday" Friday for the next or last one, "ahead" in 3 days and tomorrow.
        """
        forms_left = forms.split()
        form = self.of("form", forms_left)
        if form == "weekday":
            ahead = self.random.randint(1, 6) * (1 if last > 0 else -1)
            day = town.today + timedelta(days=ahead)
            name = DAYS[day.weekday()]
            return name, day.isoformat()
        ahead = self.random.randint(first, last)
        if form == "ahead":
            ahead = self.of("ahead", [n for n in (1, 2, 3, 5, 7) if n <= last])
        day = town.today + timedelta(days=ahead)
        if form == "ahead":
            return {1: "tomorrow", 7: "in a week"}.get(ahead, f"in {ahead} days"), day.isoformat()
        return (day.isoformat() if form == "iso" else f"{MONTHS[day.month - 1]} {day.day}"), day.isoformat()


def on(day: tuple[str, str]) -> str:
    """Return a day with "on" before it where that is how people say it."""
    text = day[0]
    return text if text.startswith(("in ", "tomorrow", "yesterday")) else f"on {text}"


def mine(town: Town, table: str, key: str, name: str) -> list[Row]:
    """Return the rows of a person known by the first name."""
    return [row for row in town.tables[table] if row[key].startswith(f"{name}.")]


def newest(rows: Sequence[Row], key: str) -> Row:
    if not rows:
        raise UnfitError
    return max(rows, key=lambda row: row[key])


def oldest(rows: Sequence[Row], key: str) -> Row:
    if not rows:
        raise UnfitError
    return min(rows, key=lambda row: row[key])


def single(rows: Sequence[Row], key: str, sign: int) -> Row:
    """Return the one row with the greatest or least value; tasks with a tie are not set."""
    found = newest(rows, key) if sign > 0 else oldest(rows, key)
    if sum(row[key] == found[key] for row in rows) != 1:
        raise UnfitError
    return found


def first_names(town: Town) -> list[str]:
    return [row["first"] for row in town.tables["people"]]


def address_of(town: Town, name: str) -> str:
    return str(town.one("people", first=name)["address"])


def later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()

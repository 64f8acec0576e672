"""Recorded agents: they do the right thing, by luck, with needless looks, with wrong dates, or only half of it.

A run counts as succeeded only if the town came out as the right effects leave it, never because an agent thought so.
"""

import ast
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from worlds.trades.town import RefusedError, Row, Town

NEEDLESS = (
    ("mail.search", "query"),
    ("people.find_address", "name"),
    ("calendar.search", "query"),
    ("tickets.search", "query"),
    ("crm.search", "query"),
    ("shop.orders", "query"),
    ("library.books", "query"),
    ("files.list", "folder"),
)


class StoppedError(Exception):
    """The agent gave up, or ran out of what it can do."""


class Agent:
    """One run in a town. `care` is the chance that it does each thing well; 1 makes no mistake."""

    def __init__(self, town: Town, random: Random, care: float) -> None:
        self.town, self.random, self.care = town, random, care
        self.calls: list[dict[str, Any]] = []
        self.style = random.randrange(4)

    def is_careless(self, share: float = 1.0) -> bool:
        return self.random.random() > 1 - (1 - self.care) * share

    def call(self, tool: str, **arguments: Any) -> Any:
        try:
            output = self.town.call(tool, arguments)
        except RefusedError as error:
            output = str(error)
        self.calls.append({"tool": tool, "args": arguments, "output": output})
        return output

    def look(self, tool: str, **arguments: Any) -> Any:
        """Look, now and then with a try that fails, a needless look, a wrong date, or twice; [] for nothing."""
        if self.is_careless():
            bad = self.random.choice(({"offset": 1}, {"page": "2"}))
            self.call(tool, **{**arguments, **bad})
        if self.is_careless():
            other, name = self.random.choice(NEEDLESS)
            self.call(other, **{name: self.random.choice(["report", *map(str, arguments.values())])})
        if self.is_careless():
            arguments = self._with_wrong_date(arguments)
        output = self.call(tool, **arguments)
        if self.is_careless(0.5):
            self.call(tool, **arguments)
        if isinstance(output, str) and output[:1] == "[":
            return ast.literal_eval(output)
        return [] if isinstance(output, str) else output

    def _with_wrong_date(self, arguments: dict[str, Any]) -> dict[str, Any]:
        found = {name: value for name, value in arguments.items() if name in {"date_min", "date_max"}}
        for name, value in found.items():
            days = self.random.choice((-30, -7, -1, 1, 7))
            found[name] = (date.fromisoformat(value) + timedelta(days=days)).isoformat()
        return arguments | found

    def do(self, tool: str, **arguments: Any) -> Any:
        """Change something; a careless agent may try with nonsense first, or stop after it."""
        if self.is_careless(0.7):
            first = next(iter(arguments))
            self.call(tool, **{**arguments, first: self.random.choice(("12345678", "None", "<id>"))}) if first.endswith(
                "_id"
            ) else None
        output = self.call(tool, **arguments)
        if self.is_careless(0.3):
            raise StoppedError
        return output

    def pick(self, rows: Sequence[Row], rule: Callable[[Sequence[Row]], Row]) -> Row:
        """Take the row that a rule says; a careless agent takes the first or last one without thinking."""
        if not rows:
            raise StoppedError
        if self.is_careless(0.7):
            return rows[self.random.choice((0, -1))]
        return rule(rows)

    def only(self, rows: Sequence[Row]) -> Row:
        return self.pick(rows, lambda found: found[0])

    def thinks(self, is_so: bool, *looks: Any) -> bool:
        """Say what the agent makes of a condition; a careless one guesses."""
        return self.random.random() < 0.5 if self.is_careless() else is_so

    def skips(self) -> bool:
        """Say whether the agent leaves out a look that it should make, hoping for the best."""
        return self.is_careless()

    def address(self, name: str) -> str:
        """Find the address of a person; a careless agent makes one up."""
        if self.is_careless(0.5):
            return f"{name}@acorn.io"
        found = self.look("people.find_address", name=name)
        if not found:
            raise StoppedError
        return str(found[0])

"""From a goal to the one thing it can mean, or to the reason why the planner will not take it.

Every token must be consumed. The reading with the fewest clauses counts (`sort a.txt and save it as b.txt` is one);
if two different readings have as few, the goal is ambiguous and nothing is done.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from llmos_std.providers.builtin import (
    changing,
    generating,
    looking,
    moving,
    ordering,
    saving,
    searching,
    working,
    writing,
)
from llmos_std.providers.builtin.clauses import cuts, polished
from llmos_std.providers.builtin.lexing import LexError
from llmos_std.providers.builtin.names import Pronoun
from llmos_std.providers.builtin.phrases import ANYTHING, Clause, first_words, matches
from llmos_std.providers.builtin.slots import SLOTS
from llmos_std.providers.builtin.steps import Answer, Plan, Steps, UnsureError

PLANS: tuple[Plan, ...] = (
    *writing.PLANS,
    *generating.PLANS,
    *ordering.PLANS,
    *saving.PLANS,
    *changing.PLANS,
    *moving.PLANS,
    *looking.PLANS,
    *searching.PLANS,
    *working.PLANS,
)
MAX_GOAL_LENGTH = 20_000
MAX_TOKENS = 500
MAX_CLAUSES = 4
_FOLDERS = frozenset({"folder", "place", "parent"})


class Order(NamedTuple):
    """One clause understood: what to do and with which values."""

    plan: Plan
    bindings: tuple[tuple[str, Any], ...]

    @property
    def subject(self) -> tuple[bool, str]:
        """Whether it is a folder, and the name that a later `it` stands for; "" when nothing is."""
        bindings = dict(self.bindings)
        for name in self.plan.about.split():
            if value := bindings.get(name):
                is_folder = name in _FOLDERS
                return is_folder, value if is_folder else "/".join(filter(None, [bindings.get("folder", ""), value]))
        return False, ""


Reading = tuple[Order, ...]


def understand(goal: str) -> Reading:
    """Return the orders that the goal consists of. Raises UnsureError when there is not exactly one way to read it."""
    if len(goal) > MAX_GOAL_LENGTH:
        raise UnsureError("the goal is too long for it")
    try:
        clause = polished(goal)
    except LexError as error:
        raise UnsureError(str(error)) from None
    if len(clause.tokens) > MAX_TOKENS:
        raise UnsureError("the goal is too long for it")
    for count in range(1, MAX_CLAUSES + 1):
        readings = set(_readings(clause, count, None))
        if len(readings) > 1:
            raise UnsureError("the goal could mean more than one thing")
        if readings:
            return readings.pop()
    raise UnsureError("it does not understand every word of the goal")


def carry_out(reading: Reading) -> Steps:
    """Run the orders one after the other; the answer is all their answers."""
    answers: list[str] = []
    value = ""
    for order in reading:
        bindings = dict(order.bindings) | ({"value": value} if order.plan.takes_value else {})
        said = yield from order.plan.run(**bindings)
        text, value = said if isinstance(said, Answer) else (said, "")
        answers += [text]
    return "\n".join(answers)


def tools_of(reading: Reading) -> frozenset[str]:
    """Return all the tools that a reading may call."""
    return frozenset(tool for order in reading for tool in order.plan.tools)


def _readings(clause: Clause, count: int, before: Order | None) -> Iterator[Reading]:
    """Yield every way to read a clause as `count` orders that come after the order `before`."""
    if count == 1:
        for order in _orders(clause, before):
            yield (order,)
        return
    for first, rest in cuts(clause):
        for order in _orders(first, before):
            for others in _readings(rest, count - 1, order):
                yield (order, *others)


def _orders(clause: Clause, before: Order | None) -> set[Order]:
    """Return every order that the whole clause can be, its pronouns resolved."""
    index = _patterns_by_first_word()
    beginning = clause.tokens[0].word if clause.tokens else ANYTHING
    found = (
        _resolved(Order(plan, tuple(sorted(bindings.items()))), before)
        for word in {beginning, ANYTHING}
        for plan, pattern in index.get(word, ())
        for bindings in matches(pattern, clause, SLOTS)
    )
    return {order for order in found if order is not None}


@cache
def _patterns_by_first_word() -> dict[str, list[tuple[Plan, str]]]:
    index: dict[str, list[tuple[Plan, str]]] = {}
    for plan in PLANS:
        for pattern in plan.patterns:
            for word in first_words(pattern):
                index.setdefault(word, []).append((plan, pattern))
    return index


def _resolved(order: Order, before: Order | None) -> Order | None:
    """Return the order with its pronouns replaced by what the order before is about, None when that does not fit."""
    if order.plan.takes_value and (before is None or not _gives(before, dict(order.bindings)["value"])):
        return None
    is_folder, name = before.subject if before else (False, "")
    bindings: dict[str, Any] = dict(order.bindings)
    for binding, value in order.bindings:
        if value is Pronoun.IT:
            if not name or is_folder != (binding in _FOLDERS):
                return None
            bindings[binding] = name
    return Order(order.plan, tuple(sorted(bindings.items()))) if order.plan.fits(**bindings) else None


def _gives(before: Order, noun: str) -> bool:
    return bool(before.plan.gives) and noun in ("", *before.plan.gives)

"""A condition as a closed expression over what a program looked at: decided by comparing, never by a model's opinion.

A small call may propose one; it counts only when its number stands in the goal and its looks are the program's own.
What cannot be computed is undecided, and then nothing is done.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from llmos_core.types.record import Record, evolve
from llmos_std.learning.outlines import is_datum, is_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from llmos_std.learning.programs import Program
    from llmos_std.learning.runs import LoggedCall
    from llmos_std.learning.wording import Goal

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "==": lambda left, right: left == right,
}


def _growth(values: list[float]) -> float | None:
    return 100 * (values[-1] - values[0]) / values[0] if len(values) > 1 and values[0] > 0 else None


_OF_ONE: dict[str, Callable[[list[float]], float | None]] = {
    "first": lambda values: values[0] if values else None,
    "last": lambda values: values[-1] if values else None,
    "sum": lambda values: math.fsum(values) if values else None,
    "mean": lambda values: math.fsum(values) / len(values) if values else None,
    "growth_percent": _growth,
}
QUANTITIES = ("count", "any", "all", *_OF_ONE)
"""What is compared: how many there are, some or every one of the numbers, or one number made of them."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TRIVIAL = frozenset({">=", "<"})


class Condition(Record):
    """One comparison. `look` and `than_look` are places of looks among a program's steps.

    `field` is a column of a list, or a field of an object. Compared is with the number `than`, or with the same
    quantity of `than_look` where that is not None.
    """

    look: int
    quantity: str
    operator: str
    than: float = 0.0
    than_look: int | None = None
    field: str = ""

    @property
    def looks(self) -> int:
        """How many looks of a program it takes to decide this."""
        return max(self.look, self.than_look or 0) + 1

    def decide(self, outputs: Sequence[Any]) -> bool | None:
        """Say whether it holds for these outputs, None when that cannot be computed."""
        return holds(self, outputs)

    def is_ended_by(self, outputs: Sequence[Any]) -> bool:
        """Say whether the last of these outputs is what was asked for, there being some or none, and it is not so."""
        is_existence = self.quantity == "count" and self.than_look is None and self.than == 0
        return is_existence and self.looks == len(outputs) and self.decide(outputs) is False

    @property
    def text(self) -> str:
        """The comparison as people read it."""
        than = f"{self.than:g}" if self.than_look is None else f"that of {look_name(self.than_look)}"
        column = f" of '{self.field}'" if self.field else ""
        return f"{self.quantity}{column} of {look_name(self.look)} {self.operator} {than}"


def look_name(step: int) -> str:
    """Return how a look is named to a model."""
    return f"look#{step + 1}"


def looks_of(program: Program) -> tuple[int, ...]:
    """Return the places of the looks that were made before the first effect."""
    return tuple(range(looks_before(program.first.steps)))


def looks_before(steps: Sequence[LoggedCall]) -> int:
    """Return how many looks were made before the first effect."""
    return next((index for index, step in enumerate(steps) if not step.effect.is_safe), len(steps))


def holds(condition: Condition, outputs: Sequence[Any]) -> bool | None:
    """Say whether a condition holds for these outputs, None when that cannot be computed."""
    if max(condition.look, condition.than_look or 0) >= len(outputs):
        return None
    compare = OPERATORS[condition.operator]
    output = outputs[condition.look]
    if condition.quantity in {"any", "all"}:
        values = numbers(output, condition.field)
        if not values or condition.than_look is not None:
            return None
        return (any if condition.quantity == "any" else all)(compare(value, condition.than) for value in values)
    left = _amount(condition, output)
    right = condition.than if condition.than_look is None else _amount(condition, outputs[condition.than_look])
    return None if left is None or right is None else compare(left, right)


def _amount(condition: Condition, output: Any) -> float | None:
    if condition.quantity == "count":
        return _count(output)
    values = numbers(output, condition.field)
    return None if values is None else _OF_ONE[condition.quantity](values)


def _count(output: Any) -> float | None:
    """Return how many there are, None for what neither is a list or an object nor says that there is nothing."""
    if is_nothing(output):
        return 0.0
    return float(len(output)) if isinstance(output, list | dict) else None


def numbers(output: Any, field: str) -> list[float] | None:
    """Return the numbers of an output in its order, None when it is none, a list or an object of numbers.

    With a field, the numbers that rows have there, or that of the one object that has it.
    """
    found: Any = output
    if field and isinstance(output, dict) and field in output:
        return numbers(output[field], "")
    if isinstance(output, dict):
        found = list(output.values())
    elif not isinstance(output, list):
        found = [output]
    if field:
        found = [row.get(field) if isinstance(row, dict) else None for row in found]
    is_numbers = all(_is_number(value) for value in found)
    return [float(value) for value in found] if is_numbers else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def columns_of(output: Any) -> tuple[str, ...]:
    """Return the fields with a number in them, of an object or of the first row of a list, in their order."""
    row = output[0] if isinstance(output, list) and output else output
    is_object = isinstance(row, dict) and not all(map(is_datum, row))
    return tuple(str(name) for name, value in row.items() if _is_number(value)) if is_object else ()


def is_series(output: Any) -> bool:
    """Say whether the numbers of an output are of one kind: one, a list of them, or a table by date or number."""
    is_record = isinstance(output, dict) and len(output) != 1 and not all(map(is_datum, output))
    return not is_record and bool(numbers(output, ""))


def read_condition(value: Any, program: Program, goal: Goal) -> Condition | str:
    """Return the condition that a reply proposes, or why it is not believed."""
    names = {look_name(step): step for step in looks_of(program)}
    value = value if isinstance(value, dict) else {}
    look, quantity, operator, field = (value.get(key, "") for key in ("look", "quantity", "operator", "field"))
    if not all(isinstance(one, str) for one in (look, quantity, operator, field)):
        return "the condition is not made of names"
    if look not in names or quantity not in QUANTITIES or operator not in OPERATORS:
        return "the condition names no look, quantity and operator that there are"
    found = Condition(look=names[look], quantity=quantity, operator=operator, field=field)
    than = value.get("than", 0)
    return _with_look(found, than, names) if isinstance(than, str) else _with_number(found, than, goal)


def _with_look(found: Condition, than: str, names: Mapping[str, int]) -> Condition | str:
    if than not in names or names[than] == found.look or found.quantity in {"any", "all"}:
        return f"the condition compares with '{than}', which cannot be compared with"
    return evolve(found, than_look=names[than])


def _with_number(found: Condition, than: Any, goal: Goal) -> Condition | str:
    if isinstance(than, bool) or not isinstance(than, int | float):
        return "the condition compares with what is no number"
    is_existence = found.quantity in {"count", "growth_percent"} and than == 0 and found.operator not in _TRIVIAL
    said = numbers_of(goal)
    is_decline = found.quantity == "growth_percent" and -than in said  # "5% lower" is a growth of less than -5
    if not is_existence and not is_decline and float(than) not in said:
        return f"the condition compares with {than:g}, which the goal does not say"
    return evolve(found, than=float(than))


def numbers_of(goal: Goal) -> frozenset[float]:
    """Return the numbers that stand in a goal."""
    return frozenset(float(found) for found in _NUMBER.findall(goal.text))

"""Bounds as they stand in a configuration: every mistake is told at once, and nothing that is not understood passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isfinite, isinf
from typing import Any

from llmos_core.types.json import digest
from llmos_core.types.record import Record, field

_NUMBERS = ("min", "max", "max_change", "max_change_per_s")
_KEYS = (*_NUMBERS, "optional")
_REGION_KEYS = ("name", "tool", "box")


class Limit(Record):
    """What one argument may be. Changes are at least 0, `max_change_per_s` counts in units a second; None: no bound.

    `is_optional`: the argument may be left out, and then keeps its last value.
    """

    min: Fraction | None = None
    max: Fraction | None = None
    max_change: Fraction | None = None
    max_change_per_s: Fraction | None = None
    is_optional: bool = False


Box = Mapping[str, tuple[Fraction | None, Fraction | None]]
"""Argument → closed interval; None where it has no end. Arguments that are not named have any value."""


class Region(Record):
    """A box that no call of its tool may lead to or through."""

    name: str
    box: Box


class Rules(Record):
    """All bounds of one tool."""

    limits: Mapping[str, Limit] = field(factory=dict)
    regions: tuple[Region, ...] = ()
    policy: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Every argument that a bound speaks of, sorted."""
        return tuple(sorted({*self.limits, *(name for region in self.regions for name in region.box)}))

    @property
    def needs_last(self) -> bool:
        """True when a call is judged by the one before it."""
        return bool(self.regions) or any(
            one.max_change is not None or one.max_change_per_s is not None for one in self.limits.values()
        )


def limit_problems(value: Any) -> Iterator[str]:
    """Yield what was expected instead, for everything that is wrong with a table of limits."""
    if not isinstance(value, Mapping):
        yield "tables such as [bounds.limits.move_arm.x]"
        return
    for tool, arguments in value.items():
        if not isinstance(arguments, Mapping) or not arguments:
            yield f"for tool {tool!r} one table for each argument"
            continue
        for argument, limit in arguments.items():
            yield from (f"{problem} in limits.{tool}.{argument}" for problem in _problems_of_limit(limit))


def _problems_of_limit(limit: Any) -> Iterator[str]:
    if not isinstance(limit, Mapping) or not any(name in limit for name in _NUMBERS):
        yield f"a table with at least one of {', '.join(_NUMBERS)}"
        return
    for name, value in limit.items():
        if name not in _KEYS:
            yield f"only {', '.join(_KEYS)} (not {name!r})"
        elif name == "optional":
            if not isinstance(value, bool):
                yield f"true or false for optional (not {value!r})"
        elif not is_number(value):
            yield f"a finite number for {name} (not {value!r})"
        elif name.startswith("max_change") and value < 0:
            yield f"0 or more for {name} (not {value!r})"
    low, high = limit.get("min"), limit.get("max")
    if low is not None and high is not None and is_number(low) and is_number(high) and low > high:
        yield f"a min that is at most max (not {low} and {high})"


def region_problems(value: Any) -> Iterator[str]:
    """Yield what was expected instead, for everything that is wrong with a list of regions."""
    if not isinstance(value, tuple):
        yield "tables such as [[bounds.forbidden]]"
        return
    for number, region in enumerate(value, start=1):
        yield from (f"{problem} in region {number}" for problem in _problems_of_region(region))


def _problems_of_region(region: Any) -> Iterator[str]:
    if not isinstance(region, Mapping):
        yield "a table"
        return
    for name in region:
        if name not in _REGION_KEYS:
            yield f"only {', '.join(_REGION_KEYS)} (not {name!r})"
    for name in ("name", "tool"):
        if not isinstance(region.get(name), str) or not region[name].strip():
            yield f"a text for {name}"
    box = region.get("box")
    if not isinstance(box, Mapping) or not box:
        yield "a box such as { x = [0, 1], y = [0, 2] }"
        return
    for argument, sides in box.items():
        is_pair = isinstance(sides, list | tuple) and len(sides) == 2  # noqa: PLR2004 – from and to
        if not is_pair or not all(_is_side(side) for side in sides) or sides[0] > sides[1]:
            yield f"[from, to] with from at most to for {argument} (not {sides!r})"


def rules_from(limits: Mapping[str, Any], forbidden: tuple[Mapping[str, Any], ...]) -> dict[str, Rules]:
    """Return the bounds of each tool, as they stand in a configuration without problems."""
    tools = {*limits, *(region["tool"] for region in forbidden)}
    return {tool: _rules_of(limits.get(tool, {}), [one for one in forbidden if one["tool"] == tool]) for tool in tools}


def _rules_of(limits: Mapping[str, Any], forbidden: list[Mapping[str, Any]]) -> Rules:
    regions = tuple(
        Region(
            name=region["name"], box={name: (_side(low), _side(high)) for name, (low, high) in region["box"].items()}
        )
        for region in forbidden
    )
    facts = {
        "limits": {name: {key: repr(value) for key, value in limit.items()} for name, limit in limits.items()},
        "forbidden": [{**region, "box": repr(sorted(region["box"].items()))} for region in forbidden],
    }
    return Rules(limits={name: _limit(limit) for name, limit in limits.items()}, regions=regions, policy=digest(facts))


def _limit(table: Mapping[str, Any]) -> Limit:
    numbers = {name: Fraction(table[name]) for name in _NUMBERS if name in table}
    return Limit(**numbers, is_optional=table.get("optional", False))


def is_number(value: Any) -> bool:
    """Say whether a value is a finite number; true and false are none."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _is_side(value: Any) -> bool:
    return is_number(value) or (isinstance(value, float) and isinf(value))


def _side(value: Any) -> Fraction | None:
    return None if isinstance(value, float) and isinf(value) else Fraction(value)

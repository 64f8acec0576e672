"""Runs that do not tell their day, of a world that moves: what they passed over, and their dates, say nothing of today.

That the world moves shows where the same look, made before anything was changed, returned two different things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.learning.clock import read_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmos_std.learning.explaining import Space
    from llmos_std.learning.programs import Program
    from llmos_std.learning.slicing import Example


def unsteady(program: Program, everyone: Iterable[Example]) -> str:
    """Return why a program that hangs on a day which no run tells proves nothing of today, "" when it may."""
    is_told = all(one.run.today for one in (*program.examples, *program.witnesses))
    if is_told or not any(_is_of_a_day(space) for of_step in program.spaces for space in of_step.values()):
        return ""
    return "the runs do not tell their day, and looks alike have returned different things" if moves(everyone) else ""


def moves(everyone: Iterable[Example]) -> bool:
    """Say whether two runs that tell no day saw different things in one and the same look, before they did anything."""
    seen: dict[str, str] = {}
    looks = (look for one in everyone if not one.run.today for look in one.first_looked)
    return any(seen.setdefault(look, output) != output for look, output in looks)


def _is_of_a_day(space: Space) -> bool:
    """Say whether a value is a date that no goal says, or comes from an item that is the next one."""
    is_next = any(key[0] == "out" and key[3] is not None and key[3][0] in {"next", "next-of"} for key in space)
    return is_next or any(key[0] == "const" and read_date(key[1].strip('"')) is not None for key in space)

"""What only strangers' words decide is not done without a model: which value or item, how often, whether at all.

A tool that says `reads_untrusted` brings in what strangers have written. Nobody obeys it in a replay; but an amount, an
address or one more item that they wrote would still go into a call, if a program took it from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from llmos_std.learning.explaining import Space
    from llmos_std.learning.programs import Program


def strange_steps(program: Program, readers: Collection[int]) -> frozenset[int]:
    """Return the steps whose results strangers decide: these, and those at something that only such a result named."""
    found: set[int] = set()
    for index, spaces in enumerate(program.spaces):
        if index in readers or any(is_of(space, found) for space in spaces.values()):
            found.add(index)
    return frozenset(found)


def is_of(space: Space, steps: Collection[int]) -> bool:
    """Say whether nothing but results of these steps explains a value: neither the goal nor any other result."""
    return bool(space) and all(key[0] == "out" and key[1] in steps for key in space)


def may_be_of(space: Space, steps: Collection[int]) -> bool:
    """Say whether a result of one of these steps is among what explains a value."""
    return any(key[0] == "out" and key[1] in steps for key in space)

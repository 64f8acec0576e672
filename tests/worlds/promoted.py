"""A compiler that has promoted everything, so that every trace that may be replayed runs as code."""

from collections.abc import Callable
from typing import Any

from llmos_core.types.trace import Trace
from llmos_std.compiling.compiler import Compiled
from llmos_std.compiling.emitting import source_of
from llmos_std.compiling.loading import load


class Promoted:
    """Gives the code of any trace; `edit` changes what was written, for mutants. `counted` keeps what it is told."""

    def __init__(self, edit: Callable[[str], str] = str) -> None:
        self._edit = edit
        self.counted: list[tuple[bool, bool]] = []

    def find(self, trace: Trace, _statistics: Any) -> Compiled:
        def count(*, is_success: bool, was_final: bool) -> None:
            self.counted.append((is_success, was_final))

        return Compiled(function=load(self._edit(source_of(trace)), "promoted"), count=count)

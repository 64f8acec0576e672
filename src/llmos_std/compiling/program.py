"""What compiled traces are written in: steps that can be looked at and awaited, and the divergence that stops them.

A compiled function does nothing itself. Each `await` hands one wish to whoever runs it and goes on with the answer;
so its calls take the same guarded road as everybody's.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from llmos_core.types.json import digest
from llmos_core.types.tools import CallStatus
from llmos_std.replay.guards import PREVIEW_CHARS, describe, failure_kind, in_words, is_empty, observe, shape_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from llmos_core.types.json import JsonValue
    from llmos_core.types.tools import ToolResult
    from llmos_core.types.trace import TraceStep
    from llmos_core.types.transcript import StepRecord

__all__ = ["Call", "Divergence", "Done", "Look", "Step", "describe", "installed"]


class Divergence(Exception):  # noqa: N818 – it says what happened, and nothing went wrong in the program
    """The world is not as recorded: step `index` (from 0) had to find `expected` and found `seen`."""

    def __init__(self, kind: str, index: int, expected: str, seen: str) -> None:
        super().__init__(f"step {index + 1}: {kind}: expected {expected}, found {seen}")
        self.kind = kind
        self.index = index
        self.expected = expected
        self.seen = seen


class Done:
    """How a step ended, as far as a compiled trace may ask.

    `control` is the SHA-256 of the result without what drifts.
    """

    def __init__(self, record: StepRecord, control: str, *, knows_drift: bool) -> None:
        self._record = record
        self.control = control
        self.knows_drift = knows_drift

    @property
    def status(self) -> str:
        """How the call ended: ok, error, denied or unknown."""
        return self._result.status.value

    @property
    def failure(self) -> str:
        """The kind of divergence that this status is."""
        return failure_kind(self._result)

    @property
    def text(self) -> str:
        """The beginning of the result, as a person reads it."""
        return self._result.text[:PREVIEW_CHARS]

    @property
    def words(self) -> str:
        """The result in words."""
        return in_words(observe(self._result, None))

    @property
    def is_empty(self) -> bool:
        """True when the result says nothing."""
        return is_empty(self._content)

    @property
    def shape(self) -> str:
        """The outline of the result: types and keys."""
        return shape_of(self._content)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole result."""
        return digest(self._content)

    @property
    def target(self) -> dict[str, Any] | None:
        """The tool's own look at its target afterwards."""
        return None if self._record.after is None else dict(self._record.after)

    @property
    def _result(self) -> ToolResult:
        return self._record.result

    @property
    def _content(self) -> JsonValue:
        return self._result.error if self._result.content is None else self._result.content


class Skipped(Done):
    """How a step stands that was not made, because its target was as it would have left it; see `guards.is_satisfied`.

    Of a result nothing can be asked, so it answers as recorded; the target is what was really seen, unless somebody
    only said that the call was made.
    """

    def __init__(self, record: StepRecord, step: TraceStep) -> None:
        super().__init__(record, "", knows_drift=False)
        self._step, self._recorded = step, step.observation

    @property
    def status(self) -> str:
        """The recorded status, or why the call could not even be left out."""
        return self._recorded.status.value if self._result.status is CallStatus.OK else self._result.status.value

    @property
    def is_empty(self) -> bool:
        """As recorded."""
        return self._recorded.is_empty

    @property
    def shape(self) -> str:
        """As recorded."""
        return self._recorded.shape

    @cached_property
    def digest(self) -> str:
        """As recorded, unless somebody only said that it was made."""
        return digest(self._content) if self._record.is_told else self._recorded.digest

    @property
    def target(self) -> dict[str, Any] | None:
        """The tool's own look at its target, as recorded where nobody looked."""
        seen = self._step.after if self._record.is_told and self._record.after is None else self._record.after
        return None if seen is None else dict(seen)


class Look:
    """A wish to know something about a step before it is made: the "version" of its tool, or its "target"."""

    __slots__ = ("of", "step")

    def __init__(self, step: Step, of: str) -> None:
        self.step = step
        self.of = of

    def __await__(self) -> Generator[Look, Any, Any]:
        answer = yield self
        return answer


class Step:
    """One call that a compiled trace means to make; awaiting it makes it."""

    __slots__ = ("arguments", "tool")

    def __init__(self, tool: str, arguments: dict[str, Any]) -> None:
        self.tool = tool
        self.arguments = arguments

    def version(self) -> Look:
        """Look up the fingerprint of the installed tool, "" when it is missing."""
        return Look(self, "version")

    def target(self) -> Look:
        """Look, without side effects, at what the call would touch; None when that cannot be seen."""
        return Look(self, "target")

    def __await__(self) -> Generator[Step, Done, Done]:
        done = yield self
        return done


def installed(version: str) -> str:
    """Return in words what was found instead of the recorded tool, by its fingerprint."""
    return "another version" if version else "no such tool"


class Call(Protocol):
    """The guarded road: names a tool and its arguments, and gives back the step."""

    def __call__(self, tool: str, /, **arguments: Any) -> Step:
        """Return the step that calls this tool; nothing has happened yet."""
        ...


def call(tool: str, /, **arguments: Any) -> Step:
    """Return the step that calls this tool: the `Call` that compiled functions are given."""
    return Step(tool, arguments)

"""The transcript: the goal, then turns and the finished steps of each. It is the program counter of a run."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from llmos_core.types.record import Record, evolve
from llmos_core.types.tools import CallStatus, Effect, Probe, ToolCall, ToolResult


class Origin(StrEnum):
    """Who produced a turn."""

    MODEL = "model"
    TRACE = "trace"
    PROGRAM = "program"
    JOURNAL = "journal"


class Usage(Record):
    """What one model call consumed, all attempts together. `cost_usd` is None when no price is known."""

    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None
    attempts: int = 1


class Turn(Record):
    """One answer to "what next?": calls to make, or, when there are none, the final `text`.

    `is_cut` marks a model answer that hit a length limit: it is never a success. `is_satisfied` says that what its
    calls would bring about holds already: they are noted as skipped, and not made.
    """

    origin: Origin
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None
    is_cut: bool = False
    is_satisfied: bool = False

    @property
    def is_final(self) -> bool:
        """True when the turn asks for nothing more."""
        return not self.calls


class StepRecord(Record):
    """One guarded call with its end. `index` counts from 0 over the whole run.

    `effect` is what this very call could do; `before` and `after` are the tool's own looks at its target
    (None where it has none). `is_repeat` marks a result given back from the journal instead of executed, `is_skipped` a
    call that was not made because its target was already as it would have left it.
    """

    index: int
    call: ToolCall
    result: ToolResult
    fingerprint: str
    effect: Effect
    before: Probe | None = None
    after: Probe | None = None
    seconds: float = 0.0
    is_repeat: bool = False
    is_skipped: bool = False
    verified: bool | None = None

    @property
    def is_told(self) -> bool:
        """True when it was made by a person's word alone: nobody saw what it returned."""
        return self.is_skipped and not self.effect.may_repeat

    @property
    def is_ok(self) -> bool:
        """True when the tool answered normally."""
        return self.result.status is CallStatus.OK


class Exchange(Record):
    """One turn and the steps it led to, in the order of its calls."""

    turn: Turn
    steps: tuple[StepRecord, ...] = ()


BEFORE_A_STEP = frozenset({"pre-check", "tool-changed", "binding", "condition"})
"""The kinds of surprise that stop a trace before its step `index` is made."""

SURPRISES = BEFORE_A_STEP | {
    "transcript",
    "call-error",
    "timeout",
    "policy",
    "unknown-outcome",
    "observation",
    "post-check",
    "answer-stale",
}
"""Every kind of surprise: the world, the tool or the run is not as recorded, and in which way."""


class Surprise(Record):
    """Why a trace fell silent: `kind`, one of SURPRISES, at step `index`, what was expected and what was seen.

    `remaining` are the trace's calls that were not made; they are advice, never orders.
    """

    kind: str
    index: int
    expected: str
    seen: str
    remaining: tuple[ToolCall, ...] = ()

    @property
    def message(self) -> str:
        """One sentence for people and models."""
        return f"step {self.index + 1}: {self.kind}: expected {self.expected}, found {self.seen}"

    @property
    def remaining_from(self) -> int:
        """Index of the trace's step that `remaining` begins with."""
        return self.index if self.kind in BEFORE_A_STEP else self.index + 1


class Transcript(Record):
    """Everything that has happened in one run, in order. Immutable; `plus` returns a longer one."""

    goal: str
    exchanges: tuple[Exchange, ...] = ()
    surprise: Surprise | None = None

    def plus(self, exchange: Exchange) -> "Transcript":
        """Return this transcript with one more exchange."""
        return evolve(self, exchanges=(*self.exchanges, exchange))

    def surprised(self, surprise: Surprise) -> "Transcript":
        """Return this transcript, noting why its trace fell silent."""
        return evolve(self, surprise=surprise)

    def steps(self) -> Iterator[StepRecord]:
        """Yield every finished step in order."""
        for exchange in self.exchanges:
            yield from exchange.steps

    @property
    def answer(self) -> str | None:
        """The final text, or None while there is none."""
        last = self.exchanges[-1].turn if self.exchanges else None
        return last.text if last is not None and last.is_final else None

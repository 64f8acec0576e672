"""Memory, journal, ledger and approvals: what outlives a process."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol

from llmos_core.types.money import ZERO
from llmos_core.types.record import Record, field
from llmos_core.types.tools import Effect, Probe, ToolCall
from llmos_core.types.trace import Statistics, Trace
from llmos_core.types.transcript import StepRecord, Turn, Usage


class MemoryBackend(Protocol):
    """Keeps traces. A trace whose stored text was changed by hand comes back with state EDITED."""

    def find(self, key: str) -> tuple[Trace, ...]:
        """Return the traces filed under an index key, newest first; cost independent of their number."""
        ...

    def candidates(self, goal: str, limit: int = 5) -> tuple[tuple[Trace, float], ...]:
        """Return at most `limit` traces whose goals read alike, best first, each with a likeness 0–1."""
        ...

    def load(self, trace_id: str) -> Trace | None:
        """Return one trace by id or unambiguous id prefix; None when there is none."""
        ...

    def save(self, trace: Trace) -> Trace:
        """Store durably under its id and return it as stored; the same program twice is one trace."""
        ...

    def forget(self, trace_id: str) -> bool:
        """Remove one trace; False when there was none."""
        ...

    def list(self) -> Iterator[Trace]:
        """Yield every readable trace, newest first; unreadable ones are reported by `problems`."""
        ...

    def problems(self) -> tuple[str, ...]:
        """Return one sentence per stored file that cannot be used, naming it."""
        ...

    def path(self, trace_id: str) -> str:
        """Return where the trace is kept, for people ("" when it is no file)."""
        ...

    def statistics(self, trace_id: str) -> Statistics:
        """Return the counters of a trace (all at birth when it was never used)."""
        ...

    def record_outcome(self, trace_id: str, *, verified: bool | None, saved_usd: Decimal = ZERO) -> Statistics:
        """Count one use atomically and return the new counters.

        `verified` True is a success, False a failure, None unchecked (the score stays).
        """
        ...


class ReviewingMemory(Protocol):
    """A memory backend whose traces people may edit: what `llmos traces verify` asks beyond `MemoryBackend`."""

    def verify(self, trace_id: str) -> tuple[str, ...]:
        """Return one sentence per reason why a trace may not act as it is; none when it may."""
        ...

    def accept(self, trace_id: str, mend: Callable[[Trace], Trace] | None = None) -> Trace:
        """Seal a trace as a person has left it, make it LEARNED and return it; UsageError when there is none.

        `mend` is applied to a program that was edited or imported, before it is sealed.
        """
        ...


class ListingMemory(Protocol):
    """A memory backend that can say which goals came since somebody looked: what indexes of goals are kept up by."""

    def goals(self, after: int) -> Iterator[tuple[int, str, str]]:
        """Yield (number, trace id, wording) of every wording stored since `after`, by ascending number.

        Numbers are above 0; a trace that is stored again gets a new one. They may be given anew, from 1, when what was
        derived from the stored traces was lost: then a number stands for another trace than before.
        """
        ...


class Episode(Record):
    """One raw run as the journal knows it.

    `status` is "" while it runs or waits to be gone on with, and "continued" once another run has begun in its place.
    `pending` is a call that was begun and whose end nobody saw; `steps` and `turns` are in order, `turn_of[i]` is the
    turn of step i. `mode` is "" until the run has ended. Times are UTC ISO 8601.
    """

    run_id: str
    goal: str
    signature: str
    status: str
    mode: str
    started_at: str
    ended_at: str = ""
    answer: str = ""
    reason: str = ""
    trace_id: str = ""
    resumes: str = ""
    project: str = ""
    task: dict[str, Any] = field(factory=dict)
    turns: tuple[Turn, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    turn_of: tuple[int, ...] = ()
    pending: StepRecord | None = None
    model_calls: int = 0
    cost_usd: Decimal | None = ZERO
    saved_usd: Decimal | None = ZERO


class Journal(Protocol):
    """The write-ahead record of runs. Every method returns only once its record is durable."""

    def begin(
        self, run_id: str, *, goal: str, signature: str, task: dict[str, Any], at: str, resumes: str = ""
    ) -> None:
        """Record that a run starts; `signature` is its goal's first key, `task` the TaskBlock as JSON."""
        ...

    def turn(self, run_id: str, index: int, turn: Turn) -> None:
        """Record turn number `index` (from 0) before any of its calls is made."""
        ...

    def intend(
        self,
        run_id: str,
        *,
        index: int,
        turn: int,
        call: ToolCall,
        fingerprint: str,
        effect: Effect,
        before: Probe | None,
    ) -> None:
        """Record that step `index` is about to happen."""
        ...

    def settle(self, run_id: str, step: StepRecord) -> None:
        """Record how step `step.index` ended."""
        ...

    def end(
        self,
        run_id: str,
        *,
        status: str,
        mode: str,
        answer: str,
        reason: str,
        trace_id: str,
        model_calls: int,
        cost_usd: Decimal | None,
        saved_usd: Decimal | None,
        at: str,
    ) -> None:
        """Record how the run ended; nothing may be added afterwards."""
        ...

    def suspend(self, run_id: str, *, reason: str, at: str) -> None:
        """Record that this process is done with the run though it has not ended: `interrupted` finds it at once."""
        ...

    def interrupted(self, signature: str) -> Episode | None:
        """Return the newest run of that goal that was suspended, or neither ended nor has a living process.

        None when there is none.
        """
        ...

    def claim(self, run_id: str, by: str) -> bool:
        """Take over an interrupted run, exactly once among all processes; False when somebody else did.

        When `by` never begins, the run is offered again, at the latest once this journal is closed.
        """
        ...

    def episode(self, run_id: str) -> Episode | None:
        """Return one run by id or unambiguous id prefix."""
        ...

    def episodes(self, limit: int = 100) -> tuple[Episode, ...]:
        """Return the newest episodes without turns and steps, newest first."""
        ...


class AmendingJournal(Protocol):
    """A journal that can keep what a person found out about a call whose end nobody saw (`llmos run --happened`).

    Where a journal cannot, such a run can only be left alone or be started over (`--fresh`).
    """

    def amend(self, run_id: str, step: StepRecord) -> None:
        """Record how step `step.index` ended, which is pending or was settled as UNKNOWN: it counts in place of that.

        Its run has not ended, but may be suspended, claimed or continued by then. Returns only once it is durable.
        """
        ...


class BudgetLimits(Record):
    """Upper bounds in USD, None for no bound. `run_usd` is for this run, `total_usd` for all runs ever booked."""

    run_usd: Decimal | None = None
    day_usd: Decimal | None = None
    project_usd: Decimal | None = None
    total_usd: Decimal | None = None


class Spent(Record):
    """What has been booked: settled money, money still reserved, tokens, calls and calls without a known price."""

    settled_usd: Decimal = ZERO
    reserved_usd: Decimal = ZERO
    tokens: int = 0
    calls: int = 0
    unpriced_calls: int = 0


class Ledger(Protocol):
    """Books every model call: reserve before, settle after. Safe among processes; amounts are finite and ≥ 0."""

    def reserve(
        self,
        *,
        run_id: str,
        project: str,
        operation: str,
        model: str,
        amount_usd: Decimal | None,
        limits: BudgetLimits,
    ) -> str:
        """Set money aside and return the reservation's id; raises LowBatteryError when a limit would be passed.

        `amount_usd` None means that no price is known: it is booked, counts 0, and shows as unpriced.
        """
        ...

    def settle(self, reservation: str, usage: Usage, *, ok: bool) -> None:
        """Replace a reservation by what was really used; settling twice changes nothing."""
        ...

    def spent(self, *, run_id: str = "", project: str = "", day: str = "") -> Spent:
        """Return what was booked, narrowed by run, project or UTC day (YYYY-MM-DD)."""
        ...


class Approvals(Protocol):
    """The user's remembered yeses, each bound to the hash of one exact call."""

    def is_approved(self, action_hash: str) -> bool:
        """Say whether the user has said yes to exactly this call."""
        ...

    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        """Keep a yes durably; `summary` is one line for people, `at` UTC ISO 8601."""
        ...


class Service(Protocol):
    """Marker for long-lived parts; what a service can do follows from the role of its contribution."""


Keys = Sequence[str]

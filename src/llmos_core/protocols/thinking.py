"""Providers, matchers, strategies and modes: who says what happens next."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from llmos_core.protocols.storing import Journal, MemoryBackend
from llmos_core.types.decision import Assessment, MatchReport, ModeContext, ModeDecision
from llmos_core.types.model import ModelReply, ModelRequest, Quote
from llmos_core.types.task import TaskBlock
from llmos_core.types.trace import TraceStep


class Provider(Protocol):
    """Asks a model. Retries and fail-over are its own business; booking is not: the kernel reserves and settles.

    A provider with an attribute `ignores_models = True` has no models to choose from: its requests name none, and a
    user who named one is told. Where which model is asked makes a difference, it may also have a method
    `ready_for(model)`: what `ready` says, of the one model that a user has named.
    """

    def ready(self) -> str:
        """Return "" when a call may be tried, else one sentence on what is missing and how to mend it.

        No network I/O beyond a probe of 0.2 s.
        """
        ...

    def quote(self, request: ModelRequest) -> Quote:
        """Return an upper bound of the request's cost without sending anything."""
        ...

    def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply | Awaitable[ModelReply]:
        """Answer the request; pieces of text may be given to `on_text` as they arrive.

        Raises ProviderError when it failed for good, NoModelError when it will not take the goal.
        """
        ...


class Matcher(Protocol):
    """Finds what is known about a goal. Deterministic; proposes by likeness, proves by structure.

    It may also have a method `signature(goal)`: the first of the goal's keys, where that alone is found more quickly.
    """

    @property
    def version(self) -> str:
        """Changes whenever `keys` does; an index built with another version is rebuilt."""
        ...

    def keys(self, goal: str) -> tuple[str, ...]:
        """Return the index keys of a goal, the exact signature first ("exact:…", "template:…")."""
        ...

    def match(self, task: TaskBlock, memory: MemoryBackend) -> MatchReport:
        """Return the best match of the task's goal, inputs and constraints, and what was rejected."""
        ...


class Generaliser(Protocol):
    """Derives from several learned runs what no single one proves. Deterministic; never asks a model.

    The program it puts into the report has `evidence`, the number of runs that prove it (int ≥ 2).
    """

    def generalise(
        self, task: TaskBlock, match: MatchReport, memory: MemoryBackend, journal: Journal, *, today: str
    ) -> MatchReport:
        """Return the match with a program bound to the goal, or the match as it was; `today` is the UTC date."""
        ...


class Trust(Protocol):
    """Says how far a matched trace may be trusted. Strategies read its answer and cannot overrule it."""

    def assess(
        self,
        task: TaskBlock,
        match: MatchReport,
        *,
        is_approved: Callable[[TraceStep], bool],
        is_current: Callable[[TraceStep], bool],
    ) -> Assessment:
        """Return the confidence of following `match.trace` for `task`.

        `is_approved` says whether the user has already said yes to exactly that step's call; `is_current` whether its
        tool is installed with the fingerprint that was recorded.
        """
        ...


class ModeStrategy(Protocol):
    """Chooses the mode: total, deterministic, honest about confidence.

    It may lower a threshold, never the safety floor: FOLLOWER and CRYSTALLIZED only when `context.is_replayable`.
    """

    def decide(self, context: ModeContext) -> ModeDecision | Awaitable[ModeDecision]:
        """Return the mode for this context; never raises for a valid context."""
        ...


class Mode(Protocol):
    """One way to execute. `context` is the kernel's RunContext: the only road to models, tools and memory.

    A running event loop is there for `run`, unless the mode has an attribute `needs_loop = False`: such a mode starts
    faster, and must `await llmos_core.aio.need_loop()` before it touches asyncio itself.
    """

    def run(self, context: Any, decision: ModeDecision) -> Awaitable[Any]:
        """Execute and return an `llmos_core.types.outcome.Outcome`."""
        ...

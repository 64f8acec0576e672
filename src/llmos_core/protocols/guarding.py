"""What stands around an action that a gate allowed: confinement, evidence, a way back, and no secret left behind.

Each is a service that serves in one role: `sandbox`, `audit`, `snapshots`, `redactor`. Where one that is contributed
cannot be had, the action does not happen.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from llmos_core.types.decision import Verdict
from llmos_core.types.json import JsonValue
from llmos_core.types.record import Record
from llmos_core.types.tools import Effect, ToolCall
from llmos_core.types.transcript import StepRecord

IN_PROCESS = "in-process"
"""The tier of a tool that starts no program: it acts by llmos's own code, which keeps to the workspace itself."""

UNCONFINED = "none"
"""The tier of programs where nothing confines them: they have all the rights of the user."""


def _never(_pid: int) -> str:
    return ""


class Launch(Record):
    """How to start a confined program: what to execute, with which environment and open descriptors.

    `watch` is asked now and then with the pid that was started, and names a limit that the call has passed, "" while it
    keeps to all: then the call is killed. A failure whose standard error begins with `failure_sign` is one of the
    launch, not of the program. With `ends_on_term` the process that was started ends the whole call on SIGTERM.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    pass_fds: tuple[int, ...] = ()
    watch: Callable[[int], str] = _never
    failure_sign: str = ""
    ends_on_term: bool = False


class Sandbox(Protocol):
    """Confines programs to the workspace: no network, no writes elsewhere, no process that outlives its call."""

    @property
    def tier(self) -> str:
        """Return how programs are confined here and now: "bubblewrap", "landlock" … or UNCONFINED."""
        ...

    @property
    def is_confining(self) -> bool:
        """Return True when a program can neither change anything outside the workspace nor reach a network."""
        ...

    def open_launch(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> AbstractContextManager[Launch]:
        """Give, for as long as the program runs, how to start it confined to the workspace `folder`.

        Raises ToolError when it cannot be confined and must therefore not be started.
        """
        ...


class Audit(Protocol):
    """The chained record of every decision. StorageError from `decided` means that the action must not happen."""

    def decided(
        self,
        run_id: str,
        *,
        index: int,
        call: ToolCall,
        effect: Effect,
        origin: str,
        verdict: Verdict,
        policy: str,
        tier: str,
        at: str,
    ) -> None:
        """Record durably what was decided about step `index`, before it happens; `policy` is the policy's digest."""
        ...

    def ended(self, run_id: str, step: StepRecord, *, at: str) -> None:
        """Record what became of an action that was allowed."""
        ...


class Snapshots(Protocol):
    """The way back: keeps what the workspace was before a call that could destroy something in it."""

    def can_keep(self) -> bool:
        """Say whether the whole workspace is small enough to be kept, at a cost that is bounded and small."""
        ...

    def keep(self, run_id: str, index: int, paths: Sequence[str] | None, *, at: str) -> None:
        """Keep durably the files that step `index` may change: `paths` below the workspace, None for all of them.

        StorageError means that the action must not happen.
        """
        ...

    def ended(self, run_id: str, index: int, *, at: str) -> None:
        """Note what step `index` left of what was kept for it, so that later work is told from the step's own."""
        ...


class Redactor(Protocol):
    """Keeps secrets out of everything that is stored, shown, logged or sent to a model."""

    def hide(self, text: str) -> str:
        """Return the text with a reference in place of each secret; a text without any comes back as it is."""
        ...

    def hide_in(self, value: JsonValue) -> JsonValue:
        """Return a JSON value with every text and key hidden, and what is a secret by the name of its key.

        A value without any secret comes back as it is (the same object).
        """
        ...

    def reveal(self, value: JsonValue) -> JsonValue:
        """Return arguments with the secrets that their references stand for.

        Raises ToolRefusedError, with the next step, for a reference to a secret that is not known here.
        """
        ...

"""Guards that write down what they are asked, tools that need them, and a world in which to use both.

Everything writes into one diary, so that a test can say what came before what.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmos_core.errors import StorageError
from llmos_core.protocols.guarding import Launch
from llmos_core.runtime.kernel import Kernel
from llmos_core.types.result import RunResult
from llmos_core.types.tools import Effect, ToolSpec
from llmos_std.journal.journal import SqliteJournal
from worlds.kernel import Defaults, World
from worlds.programs import model_of
from worlds.shelf import Shelf, ShelfTool

Call = tuple[str, dict[str, Any]]

SECRET, REFERENCE = "hunter2-of-the-shelf", "{{secret:shelf}}"
"""The one secret that `Redacting` knows, and what stands for it."""


class Diary(list[tuple[Any, ...]]):
    """What happened, in order: (what, step, …)."""

    def of(self, *kinds: str) -> list[tuple[Any, ...]]:
        return [entry for entry in self if entry[0] in kinds]


class Auditing:
    """Keeps decisions and ends; fails at the steps named."""

    def __init__(self, diary: Diary, *, fails_at: frozenset[int] = frozenset()) -> None:
        self._diary, self._fails_at = diary, fails_at

    def decided(self, _run_id: str, *, index: int, call: Any, verdict: Any, **facts: Any) -> None:
        if call.tool == "model":
            return
        if index in self._fails_at:
            raise StorageError("the record is full")
        self._diary.append(("decided", index, call.key, verdict, facts))

    def ended(self, _run_id: str, step: Any, *, at: str) -> None:
        assert at
        self._diary.append(("ended", step.index, step.result.status.value))


class Keeping:
    """Keeps what a step may change; fails at the steps named."""

    def __init__(self, diary: Diary, *, can_keep: bool = True, fails_at: frozenset[int] = frozenset()) -> None:
        self._diary, self._can_keep, self._fails_at = diary, can_keep, fails_at

    def can_keep(self) -> bool:
        return self._can_keep

    def keep(self, _run_id: str, index: int, paths: Sequence[str] | None, *, at: str) -> None:
        assert at
        if index in self._fails_at:
            raise StorageError("no room for the way back")
        self._diary.append(("kept", index, paths))

    def ended(self, _run_id: str, index: int, *, at: str) -> None:
        """Nothing to note."""


class Confining:
    """A sandbox of any tier."""

    def __init__(self, tier: str = "bubblewrap", *, is_confining: bool = True) -> None:
        self.tier, self.is_confining = tier, is_confining

    @contextmanager
    def open_launch(self, arguments: Sequence[str], **_facts: Any) -> Iterator[Launch]:
        yield Launch(arguments=tuple(arguments), environment={})


class Redacting:
    """Knows one secret. `fails_on` is a text that it cannot look through."""

    def __init__(self, fails_on: str | None = None) -> None:
        self._fails_on = fails_on

    def hide(self, text: str) -> str:
        if self._fails_on is not None and self._fails_on in text:
            raise ValueError("cannot look through this")
        return text.replace(SECRET, REFERENCE)

    def hide_in(self, value: Any) -> Any:
        return _each(value, self.hide)

    def reveal(self, value: Any) -> Any:
        return _each(value, lambda text: text.replace(REFERENCE, SECRET))


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): _each(item, change) for name, item in value.items()}
    return [_each(item, change) for item in value] if isinstance(value, list) else value


class Remembering:
    """Remembers each yes for as long as it lives."""

    def __init__(self) -> None:
        self.kept: set[str] = set()

    def is_approved(self, action_hash: str) -> bool:
        return action_hash in self.kept

    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        assert summary
        assert at
        self.kept.add(action_hash)


class Yes:
    """Says yes, and writes down why it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def approve(self, question: Any) -> bool:
        self.asked.append(question)
        return True


class RoadTool(ShelfTool):
    """A tool that starts a program, brings in strangers' words, or names the files it changes."""

    def __init__(self, shelf: Shelf, name: str, effect: Effect, diary: Diary) -> None:
        super().__init__(shelf, name, effect, ("text",), lambda _shelf, text: {"said": text})
        self.spec = ToolSpec(name=name, description=name, parameters=self.spec.parameters, effect=effect)
        self.starts_programs = name in ("Run", "Look")
        self.reads_untrusted = self.uses_network = name == "Fetch"
        self._diary = diary
        if name == "Change":
            self.paths_of = lambda arguments: (arguments["text"],)

    def call(self, arguments: Any, context: Any) -> Any:
        self._diary.append(("called", self.spec.name, arguments["text"], context.sandbox))
        return super().call(arguments, context)

    def probe(self, _arguments: Any, _context: Any) -> None:
        """See nothing."""


class RoadShelf(Shelf):
    """The shelf with four further tools: Run and Look start programs, Fetch reads the web, Change names its files."""

    def __init__(self, diary: Diary, **notes: str) -> None:
        super().__init__(**notes)
        self.diary = diary

    def tools(self) -> list[ShelfTool]:
        effects = {"Run": Effect.UNKNOWN, "Look": Effect.READ, "Fetch": Effect.READ, "Change": Effect.REVERSIBLE_WRITE}
        return [*super().tools(), *(RoadTool(self, name, effect, self.diary) for name, effect in effects.items())]


class Road(World):
    """A world whose guards are doubles unless a test says otherwise; a guard given as None is not installed."""

    def __init__(self, folder: Path) -> None:
        self.diary = Diary()
        self.observer: Any = None
        self.permission_mode = ""
        super().__init__(folder, RoadShelf(self.diary))

    def kernel(self, provider: Any, **parts: Any) -> Kernel:
        kernel = super().kernel(provider, **parts)
        if self.permission_mode:
            kernel.config = Defaults(permissions={"mode": self.permission_mode})
        if self.observer is not None:
            kernel.watch("observer", self.observer)
        return kernel

    def go(self, program: Sequence[Call], goal: str = "tidy the shelf", model: Any = None, **parts: Any) -> RunResult:
        """Let a model make these calls; an exception is how the run could not even begin."""
        self.diary.clear()
        return self.run(goal, model or model_of(list(program)), parts={**self.guards(), **parts}, max_turns=40)

    def guards(self) -> dict[str, Any]:
        return {
            "audit": Auditing(self.diary),
            "snapshots": Keeping(self.diary),
            "sandbox": Confining(),
            "redactor": None,
            "approver": None,
        }

    @property
    def called(self) -> list[Call]:
        """What really happened, whichever tool it was."""
        return list(self.shelf.log)


class SpyingJournal(SqliteJournal):
    """The real journal, which also writes into the diary."""

    diary: Diary

    def intend(self, run_id: str, **facts: Any) -> None:
        super().intend(run_id, **facts)
        self.diary.append(("intended", facts["index"]))

    def settle(self, run_id: str, step: Any) -> None:
        super().settle(run_id, step)
        self.diary.append(("settled", step.index))

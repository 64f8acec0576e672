"""The life of one store: what a user's llmos does with it, one piece of work at a time, and what must hold afterwards.

The tools are real where they write into the workspace; `Post` stands for what can never be taken back: it appends one
line to a file outside of llmos's care, and that file tells how often it really happened.
"""

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracing import Say

from llmos_core.config.paths import find_paths
from llmos_core.errors import LlmosError
from llmos_core.protocols.storing import Episode
from llmos_core.testing.fakes import FixedClock
from llmos_core.types.decision import ALLOW, Decision, Verdict
from llmos_core.types.result import RunResult
from llmos_core.types.tools import Effect, ToolSpec
from llmos_core.types.trace import TraceState
from llmos_std.audit.service import chain_of
from llmos_std.audit.verifying import verify
from llmos_std.boot import LLMOS
from llmos_std.cli.main import code_of
from llmos_std.economy.booking import spent_on
from llmos_std.economy.ledger import SqliteLedger
from llmos_std.journal.journal import SqliteJournal
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.memory.backend import MarkdownMemory, open_memory
from llmos_std.providers.recorded.file import Exchange, Recording, key_of
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import Absent
from worlds.traces import context_for

GOAL, OTHER, NOTE = "post the news and keep the diary", "write the other diary", "post one note"
COST = Decimal("0.01")
MATCHER = CascadeMatcher()
NEWS = ("one", "two")
TEXT = "first\nsecond\n"


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"calls": [{"tool": tool, "arguments": arguments}], "cost_usd": str(COST)}


END = {"text": "done", "cost_usd": str(COST)}
PROGRAMS: dict[str, tuple[dict[str, Any], ...]] = {
    GOAL: (
        call("Post", text="one"),
        call("Write", path="diary.md", content="first\n"),
        call("Post", text="two"),
        call("Edit", path="diary.md", old="first\n", new=TEXT),
        END,
    ),
    NOTE: (call("Post", text="note"), END),
    OTHER: (call("Write", path="other.md", content=TEXT), call("Read", path="other.md"), END),
}


class Post:
    """Sends a letter: nobody can look whether it was sent, and nobody can take it back."""

    spec = ToolSpec(
        name="Post",
        description="send a letter",
        parameters={"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
        effect=Effect.IRREVERSIBLE,
    )

    def __init__(self, letters: Path) -> None:
        self._letters = letters

    def call(self, arguments: Any, _context: Any) -> Any:
        handle = os.open(self._letters, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, arguments["text"].encode() + b"\n")
        os.close(handle)
        return {"sent": True}


class AskAboutLetters:
    """A gate that wants a yes for every letter, so that yeses are remembered as well."""

    def check(self, action: Any) -> Verdict:
        return Verdict(decision=Decision.ASK, reason="a letter") if action.call.tool == "Post" else ALLOW


class Model(ScriptedProvider):
    """A paid model that wants the whole program each time; it says when it is asked: from then on there is a bill."""

    def __init__(self, goal: str, say: Say) -> None:
        super().__init__(PROGRAMS.get(goal) or (call("Write", path=f"{goal}.md", content=TEXT), END))
        self._say = say

    def complete(self, request: Any, on_text: Any) -> Any:
        self._say("asked")
        return super().complete(request, on_text)


class Store:
    """A workspace, a home and a letter box below one folder; they outlive every process that works on them."""

    def __init__(self, root: Path) -> None:
        self.root, self.workspace, self.home = root, root / "work", root / "home"
        self.letters = root / "letters"
        self.environ = {"LLMOS_HOME": str(self.home), "PATH": "/usr/bin:/bin", "HOME": str(root)}
        self.workspace.mkdir(parents=True, exist_ok=True)
        self.paths = find_paths(self.workspace, self.environ)
        self.output = ""
        self.recording = Recording(root / "exchanges.jsonl")

    def run(self, goal: str, say: Say, *, with_model: bool = True, yes: bool = True, **options: Any) -> RunResult:
        """Execute a goal in this process and say how it ended; `budget` is the user's total in USD."""
        budget = options.pop("budget", 1000)
        provider = Model(goal, say) if with_model else Absent()
        parts: dict[str, Any] = {"environ": self.environ, "provider": provider, "tools": [Post(self.letters)]}
        llmos = LLMOS(budget, workspace=self.workspace, yes=yes, gates=(AskAboutLetters(),), **parts)
        try:
            result = llmos.run(goal, max_turns=30, **options)
        except LlmosError as error:
            say("failed", str(error))
            raise
        say("ended", result.run_id, result.status.value, result.exit_code)
        return result

    def verb(self, *arguments: str) -> int:
        """Run one command of `llmos` in this process and return its exit code; its output goes into a pipe.

        This process is good for nothing else afterwards.
        """
        os.environ.update(self.environ)
        os.chdir(self.workspace)
        hears, speaks = os.pipe()
        sys.stdout = sys.stderr = os.fdopen(speaks, "w", encoding="utf-8")
        code = code_of(arguments)
        sys.stdout.close()
        with os.fdopen(hears, encoding="utf-8") as pipe:
            self.output = pipe.read()
        return code

    def newest(self) -> Episode | None:
        """Return the newest run, None before the first."""
        with closing(SqliteJournal(self.paths.state)) as journal:
            return next(iter(journal.episodes(1)), None)

    def sent(self) -> list[str]:
        return self.letters.read_text().splitlines() if self.letters.exists() else []

    def trace_file(self, goal: str = GOAL) -> Path:
        with memory_of(self) as memory:
            (trace,) = (trace for trace in memory.list() if trace.goal == goal)
            return Path(memory.path(trace.id))

    def trace_id(self, goal: str = GOAL) -> str:
        with memory_of(self) as memory:
            (trace,) = (trace for trace in memory.list() if trace.goal == goal)
            return trace.id

    def known_id(self) -> str:
        """Return the id of the learned trace; one that no trace has when it is gone."""
        with memory_of(self) as memory:
            return next((trace.id for trace in memory.list() if trace.goal == GOAL), "0" * 16)

    def goals(self, state: TraceState = TraceState.LEARNED) -> set[str]:
        with memory_of(self) as memory:
            return {trace.goal for trace in memory.list() if trace.state is state}

    def without_the_world(self) -> None:
        """Make the world as it was before anything was done in it; what llmos knows stays."""
        for path in (self.letters, self.workspace / "diary.md", self.workspace / "other.md"):
            path.unlink(missing_ok=True)


def memory_of(store: Store) -> MarkdownMemory:
    """Return the store's memory, with the keys that its runs file it under: other keys would empty the index."""
    return open_memory(context_for(store.workspace, MATCHER.keys, MATCHER.version))


def append(store: Store, say: Say, first: int) -> None:
    """Record three exchanges, and say so after each."""
    for number in range(first, first + 3):
        request = {"messages": [number], "purpose": "learn"}
        store.recording.append(Exchange(key_of(request), "t", "p", request, {"text": "é" * 300}, ()))
        say("recorded", key_of(request))


class Witness:
    """Everything that was acknowledged in a store's life; `check` compares it with what is stored."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked = self.known_asked = 0
        self.ended: dict[str, str] = {}
        self.recorded: set[str] = set()
        self.may_lose_traces = False

    def hear(self, words: list[Any]) -> None:
        """Take note of what a process said before it ended or was killed."""
        for word in words:
            kind, *facts = [word] if isinstance(word, str) else word
            if kind == "asked":
                self.asked += 1
            elif kind == "ended":
                self.ended[facts[0]] = facts[1]
            elif kind == "recorded":
                self.recorded.add(facts[0])

    def check(self) -> None:
        """Nothing is unreadable, nothing acknowledged is lost, nothing final happened twice, the books are right."""
        self.check_what_is_stored()
        assert all(self.store.sent().count(text) <= 1 for text in NEWS), f"sent twice: {self.store.sent()}"

    def check_what_is_stored(self) -> None:
        """Check all but the letters: for runs that were told to start over and so send them again."""
        self._check_databases()
        self._check_traces()
        self._check_journal()
        self._check_ledger()
        self._check_audit()
        found = {exchange.key for exchange in Recording(self.store.recording.path).exchanges()}
        assert found >= self.recorded, "a recorded exchange is lost"

    def _check_databases(self) -> None:
        for path in sorted(self.store.root.rglob("*.db")):
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path

    def _check_traces(self) -> None:
        with memory_of(self.store) as memory:
            assert memory.problems() == ()

    def _check_journal(self) -> None:
        with closing(SqliteJournal(self.store.paths.state)) as journal:
            for run_id, status in self.ended.items():
                episode = journal.episode(run_id)
                assert episode is not None, f"run {run_id} is lost"
                assert episode.status in {status, "", "continued"}, (
                    "a run with a call of unknown end is suspended, else it ended"
                )
            traces = {episode.trace_id for episode in journal.episodes(100) if episode.trace_id}
        with memory_of(self.store) as memory:
            lost = {trace_id for trace_id in traces if memory.load(trace_id) is None}
            assert self.may_lose_traces or not lost, f"a run says that it learned {lost}, which is nowhere"

    def _check_audit(self) -> None:
        chain = chain_of(self.store.paths.user_state, self.store.workspace)
        assert verify(chain.path, chain.anchor).findings == (), "a crash looks like tampering"

    def _check_ledger(self) -> None:
        with closing(SqliteLedger(self.store.paths.user_data, FixedClock())) as ledger:
            spent, bookings = ledger.spent(), ledger.bookings(10**6)
        assert spent == spent_on(bookings), "the totals are not the sums of the bookings"
        bill = COST * self.asked
        assert spent.settled_usd <= bill <= spent.settled_usd + spent.reserved_usd, (spent, bill)


def quiet(*_facts: Any) -> None:
    """Say nothing to nobody."""


Work = Callable[[Store, Say], object]

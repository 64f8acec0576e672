"""Law: whatever is done to one store in whatever order, final calls happen once a wish and nothing forbidden replays.

A machine draws runs with and without a model, deaths at any write of the journal, changes of the policy, edits of the
trace, forgetting, and other processes. A model of the world, apart from the product, says what may have happened.
"""

import os
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from forks import Child
from llmos_core.runtime.clock import sortable_id
from llmos_core.types.decision import ALLOW, Decision, Verdict
from llmos_core.types.result import RunResult
from llmos_core.types.trace import TraceState
from llmos_std.economy.ledger import SqliteLedger
from llmos_std.hooks.approvals import SqliteApprovals
from llmos_std.journal.journal import SqliteJournal
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.memory.backend import MarkdownMemory, open_memory
from worlds.kernel import Absent, Defaults, World
from worlds.mortal import die_in
from worlds.programs import Call, model_of
from worlds.shelf import Shelf
from worlds.traces import context_for

GOAL = "send the invoice and file it"
PROGRAM: list[Call] = [
    ("Post", {"text": "invoice"}),
    ("Put", {"name": "a", "text": "x"}),
    ("Post", {"text": "receipt"}),
    ("Get", {"name": "a"}),
]
LETTERS = [arguments["text"] for tool, arguments in PROGRAM if tool == "Post"]
COST = Decimal("0.01")
BUDGET = Decimal("0.30")
"""Enough for some runs of the model, not for all that may be drawn."""

MATCHER = CascadeMatcher()


class Policy:
    """Today's rules: letters are asked about, allowed, or forbidden. A change of them is another policy."""

    def __init__(self) -> None:
        self.decision = Decision.ASK

    @property
    def policy(self) -> str:
        return self.decision.value

    def check(self, action: Any) -> Verdict:
        if action.call.tool != "Post":
            return ALLOW
        return Verdict(decision=self.decision, reason="a letter")


class Person:
    """Answers questions as decided beforehand."""

    def __init__(self) -> None:
        self.says_yes = True

    def approve(self, _question: Any) -> bool:
        return self.says_yes


class Limited(World):
    """A world whose user has a total budget."""

    def kernel(self, provider: Any, **parts: Any) -> Any:
        kernel = super().kernel(provider, **parts)
        kernel.config = Defaults(kernel={"budget_usd": BUDGET})
        return kernel


class Life(RuleBasedStateMachine):
    """One store, its world, and what the model of the world knows about them."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        root = Path(self.folder.name)
        self.world = Limited(root, Shelf())
        self.world.new_id = sortable_id  # counted ones would be the same in another process
        self.workspace = root / "workspace"
        self.policy, self.person = Policy(), Person()
        self.wishes, self.is_open, self.was_unknown = 0, False, False
        self.approved: set[str] = set()
        self.reviewed = set(LETTERS)

    def teardown(self) -> None:
        self.folder.cleanup()

    # what happens

    @rule(with_model=st.booleans(), fresh=st.booleans())
    def wish(self, *, with_model: bool, fresh: bool) -> None:
        before, since = self._started(fresh=fresh), len(self.sent)
        with self._memory() as memory, closing(self._approvals()) as approvals:
            parts = {**self._parts(approvals), "memory": memory}
            provider = model_of(PROGRAM) if with_model else Absent()
            result = self.world.run(GOAL, provider, parts=parts, max_turns=20, fresh=fresh)
        event(f"a run {'with' if with_model else 'without'} a model: {result.mode} {result.status.value}")
        self._ended(result, since)
        if result.status == "succeeded" and not with_model and not self.was_unknown and self.reviewed == set(LETTERS):
            assert sorted(self.sent[before:]) == sorted(LETTERS), "success without a model is the whole program, once"

    @rule(at=st.integers(0, 16), after=st.booleans(), with_model=st.booleans())
    def die(self, *, at: int, after: bool, with_model: bool) -> None:
        self._started(fresh=False)
        since = len(self.sent)
        with self._memory() as memory, closing(self._approvals()) as approvals:
            parts = {**self._parts(approvals), "memory": memory}
            provider = model_of(PROGRAM) if with_model else Absent()
            die_in(self.world, GOAL, provider, at, after=after, parts=parts, max_turns=20)
        self._check_letters(since)
        self._follow_the_journal()

    @rule(decision=st.sampled_from(Decision))
    def change_the_policy(self, decision: Decision) -> None:
        self.policy.decision = decision

    @rule(says_yes=st.booleans())
    def change_ones_mind(self, *, says_yes: bool) -> None:
        self.person.says_yes = says_yes

    @rule()
    def take_every_yes_back(self) -> None:
        with closing(self._approvals()) as approvals:
            approvals.forget_all()
        self.approved.clear()

    @rule()
    def edit_the_trace(self) -> None:
        for file in self._files():
            file.write_text(file.read_text().replace('"invoice"', '"BRIBE"'))

    @rule()
    def review_the_trace(self) -> None:
        with self._memory() as memory:
            for trace in list(memory.list()):
                if trace.goal == GOAL and trace.state is TraceState.EDITED:
                    memory.accept(trace.id)
                    self.reviewed |= {
                        str(dict(step.arguments).get("text")) for step in trace.steps if step.tool == "Post"
                    }

    @rule()
    def forget(self) -> None:
        with self._memory() as memory:
            for trace in list(memory.list()):
                assert memory.forget(trace.id)
            assert list(memory.list()) == []

    @rule()
    def another_process_learns_something_else(self) -> None:
        def work(_say: Any) -> None:
            with self._memory() as memory, closing(self._approvals()) as approvals:
                other = [("Put", {"name": "c", "text": "z"})]
                self.world.run("put z on c", model_of(other), parts={**self._parts(approvals), "memory": memory})

        child = Child(work)
        child.words()
        assert child.exit_code == 0

    # what must hold

    @invariant()
    def no_letter_is_sent_more_often_than_it_was_wished(self) -> None:
        for text in set(self.sent):
            assert self.sent.count(text) <= self.wishes, (text, self.sent, self.wishes)

    @invariant()
    def nothing_unreviewed_was_ever_done(self) -> None:
        assert set(self.sent) <= self.reviewed

    @invariant()
    def the_budget_was_never_passed(self) -> None:
        with closing(SqliteLedger(self.world.folder / "home" / "data", self.world.clock)) as ledger:
            spent = ledger.spent()
        assert spent.settled_usd + spent.reserved_usd <= BUDGET

    @property
    def sent(self) -> list[str]:
        return self.world.shelf.posted

    def _started(self, *, fresh: bool) -> int:
        """Note that a run begins: it is a new wish unless an earlier one is still open; return where the wish began."""
        if not self.is_open or fresh:
            self.wishes, self.was_unknown, self.begun_at = self.wishes + 1, False, len(self.sent)
        return self.begun_at

    def _ended(self, result: RunResult, since: int) -> None:
        self._check_letters(since)
        self.was_unknown |= any(step.status == "unknown" for step in result.steps)
        self._follow_the_journal()

    def _check_letters(self, since: int) -> None:
        """Check what was sent in a run against the policy and the person of that moment."""
        new = set(self.sent[since:])
        if self.policy.decision is Decision.DENY:
            assert not new, "a letter was sent against the policy"
        if self.policy.decision is Decision.ASK:
            assert self.person.says_yes or new <= self.approved, "a letter was sent without a yes"
            self.approved |= new

    def _follow_the_journal(self) -> None:
        """A wish stays open while its newest run was neither ended nor given up."""
        with closing(SqliteJournal(self.workspace / ".llmos" / "state")) as journal:
            newest = next((each for each in journal.episodes() if each.goal == GOAL), None)
        self.is_open = newest is not None and newest.status == ""

    def _parts(self, approvals: SqliteApprovals) -> dict[str, Any]:
        return {"gates": (self.policy,), "approver": self.person, "approvals": approvals}

    def _approvals(self) -> SqliteApprovals:
        return SqliteApprovals(self.world.folder / "home" / "approvals.db")

    def _memory(self) -> MarkdownMemory:
        return open_memory(context_for(self.workspace, MATCHER.keys, MATCHER.version))

    def _files(self) -> list[Path]:
        return sorted((self.workspace / ".llmos" / "memories" / "traces").glob("send*.md"))


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=int(os.environ.get("LLMOS_KILLS", "2500")) // 100, stateful_step_count=14, deadline=None
)

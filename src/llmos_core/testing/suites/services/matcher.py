"""The laws of a Matcher: the same goal is found again, another meaning is never proven, and likeness only proposes."""

from typing import Any

from hypothesis import strategies as st

from llmos_core.testing.fakes.memory import MemoryDict
from llmos_core.testing.records import goals, small_trace
from llmos_core.testing.suites.services.common import ServiceLaws
from llmos_core.types.decision import PROPOSAL_CAP, MatchKind, MatchReport
from llmos_core.types.record import evolve
from llmos_core.types.task import TaskBlock
from llmos_core.types.trace import Trace

OTHER_MEANINGS = (
    ("delete the logs", "do not delete the logs"),
    ("copy a.txt to b.txt", "copy b.txt to a.txt"),
    ("list all files", "list only the hidden files"),
    ("delete logs older than 7 days", "delete logs newer than 7 days"),
    ("move 5 files to old", "move 50 files to old"),
    ("write 'yes' to a.txt", "write 'no' to a.txt"),
)
"""Goals that read alike and must not be answered with each other's trace."""


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    learned = st.lists(goals(), min_size=1, max_size=3, unique=True)
    return MatcherLaws, {"goal": goals(), "learned": learned, "pair": st.sampled_from(OTHER_MEANINGS)}


class MatcherLaws(ServiceLaws):
    """What every matcher must do, against a memory that files traces under its keys."""

    def test_every_goal_has_keys(self, goal: str) -> None:
        """Else it is never found again. `keys` returns a tuple of texts, the exact signature first, always the same."""
        with self.service.opened() as matcher:
            keys = matcher.keys(goal)
            assert isinstance(keys, tuple), f"expected a tuple, found {keys!r}"
            assert keys, "no key at all"
            assert all(isinstance(key, str) and key for key in keys), f"a key is no text: {keys}"
            assert matcher.keys(goal) == keys, "the keys change"

    def test_its_version_is_a_text_that_stays(self) -> None:
        """Else the index is never rebuilt, or always. Change `version` exactly when `keys` changes."""
        with self.service.opened() as one, self.service.opened() as other:
            assert isinstance(one.version, str), f"the version is {one.version!r}"
            assert one.version, "the version is empty"
            assert one.version == other.version, "the version differs from object to object"

    def test_a_learned_goal_is_proven(self, learned: list[str]) -> None:
        """Else nothing is ever replayed. For the very goal of a trace return EXACT, that trace and a score of 1."""
        with self.service.opened() as matcher:
            memory = _memory(matcher, learned)
            found = _match(matcher, learned[0], memory)
            assert found.is_proof, f"found {found.kind.value}: {found.why}"
            assert found.trace is not None
            assert found.trace.goal == learned[0], f"it found the trace of {found.trace.goal!r}"

    def test_nothing_is_found_where_nothing_was_learned(self, goal: str) -> None:
        """Else a run begins with somebody else's trace. With an empty memory return NONE, and no trace."""
        with self.service.opened() as matcher:
            found = _match(matcher, goal, MemoryDict(matcher.keys))
        assert found.kind is MatchKind.NONE, f"found {found.kind.value}"
        assert found.trace is None

    def test_a_goal_with_another_meaning_is_never_proven(self, pair: tuple[str, str]) -> None:
        """Else the opposite of the goal is done.

        Likeness proposes, structure proves: negations, numbers, roles and scope words have to be equal.
        """
        with self.service.opened() as matcher:
            for learned, asked in (pair, pair[::-1]):
                found = _match(matcher, asked, _memory(matcher, [learned]))
                assert not found.is_proof, f"{asked!r} is said to be {learned!r}"

    def test_a_guess_stays_below_the_line(self, pair: tuple[str, str]) -> None:
        """Else it is followed like a proof. A match that is no proof has a score of at most `PROPOSAL_CAP`."""
        with self.service.opened() as matcher:
            found = _match(matcher, pair[1], _memory(matcher, [pair[0]]))
        if found.kind in (MatchKind.SIMILAR, MatchKind.NONE):
            assert 0.0 <= found.score <= PROPOSAL_CAP, f"the score of a guess is {found.score}"

    def test_another_task_is_never_proven(self, goal: str) -> None:
        """Else inputs and constraints are ignored. A task with others than `trace.context` is another task."""
        with self.service.opened() as matcher:
            task = TaskBlock(goal=goal, inputs={"customer": "other"})
            found = matcher.match(task, _memory(matcher, [goal]))
        assert not found.is_proof, "the same goal with other inputs is said to be the learned one"

    def test_a_goal_that_was_ruled_out_is_never_proven(self, goal: str) -> None:
        """Else a person's "not this one" is ignored. Never match a trace whose `negative_goals` name the goal."""
        with self.service.opened() as matcher:
            memory = MemoryDict(matcher.keys)
            memory.save(_trace(matcher, goal, negative_goals=(goal,)))
            found = _match(matcher, goal, memory)
        assert not found.is_proof, "a goal among the trace's negative goals is said to be its own"


def _match(matcher: Any, goal: str, memory: MemoryDict) -> MatchReport:
    found: MatchReport = matcher.match(TaskBlock(goal=goal), memory)
    return found


def _memory(matcher: Any, goals_learned: list[str]) -> MemoryDict:
    memory = MemoryDict(matcher.keys)
    for goal in goals_learned:
        memory.save(_trace(matcher, goal))
    return memory


def _trace(matcher: Any, goal: str, **changes: Any) -> Trace:
    return evolve(small_trace(goal), goal_signature=matcher.keys(goal)[0], **changes)

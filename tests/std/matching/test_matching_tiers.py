"""Tiers go from proof to guess: what is no proof scores under every FOLLOWER line, and every refusal says why."""

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.plugins.loading import load_object
from llmos_core.testing.fakes import MemoryDict
from llmos_core.testing.records import goals, small_trace
from llmos_core.types.decision import PROPOSAL_CAP, MatchKind, MatchReport
from llmos_core.types.task import TaskBlock
from llmos_core.types.trace import Trace, TraceState
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.matching.plugin import llmos_services
from llmos_std.matching.vetoes import veto

MATCHER = CascadeMatcher()


def learned(goal: str, **facts: object) -> Trace:
    return attrs.evolve(small_trace(goal), goal_signature=MATCHER.keys(goal)[0], **facts)


def memory_of(*traces: Trace) -> MemoryDict:
    memory = MemoryDict(MATCHER.keys)
    for trace in traces:
        memory.save(trace)
    return memory


def asked(goal: str, *traces: Trace) -> MatchReport:
    return MATCHER.match(TaskBlock(goal=goal), memory_of(*traces))


class Careless(MemoryDict):
    """A memory whose index is wrong: it offers every trace for every key, with any likeness."""

    likeness = 1.0

    def find(self, _key: str) -> tuple[Trace, ...]:
        return tuple(self.list())

    def candidates(self, _goal: str, limit: int = 5) -> tuple[tuple[Trace, float], ...]:
        return tuple((trace, self.likeness) for trace in self.list())[:limit]


@given(goals(), goals(), st.floats(allow_nan=False, allow_infinity=True))
def test_a_wrong_index_proves_nothing(one: str, other: str, likeness: float) -> None:
    memory = Careless(MATCHER.keys)
    memory.likeness = likeness
    memory.save(learned(one))
    report = MATCHER.match(TaskBlock(goal=other), memory)
    if not set(MATCHER.keys(one)) & set(MATCHER.keys(other)):
        assert not report.is_proof
        assert 0.0 <= report.score <= PROPOSAL_CAP


@given(goals(), goals())
def test_matching_twice_says_the_same_thing(one: str, other: str) -> None:
    assert asked(other, learned(one)) == asked(other, learned(one))


def test_nothing_learned_is_none() -> None:
    report = asked("create a.txt")
    assert (report.kind, report.score, report.trace, report.rejected) == (MatchKind.NONE, 0.0, None, ())


def test_an_alias_is_exact() -> None:
    report = asked("make the notes", learned("create notes.txt", aliases=("make the notes",)))
    assert report.kind is MatchKind.EXACT
    assert "wording" in report.why


@pytest.mark.parametrize("state", [TraceState.EDITED, TraceState.IMPORTED, TraceState.RETIRED])
def test_a_trace_that_waits_for_a_person_is_turned_away_and_named(state: TraceState) -> None:
    trace = learned("create notes.txt", state=state)
    report = asked("create notes.txt", trace)
    assert report.kind is MatchKind.NONE
    assert [rejection.trace_id for rejection in report.rejected] == [trace.id]
    assert report.rejected[0].reason in report.why
    if state is TraceState.EDITED:
        assert f"llmos traces verify {trace.id} --accept" in report.rejected[0].reason


def test_a_goal_that_was_marked_as_wrong_is_never_matched() -> None:
    report = asked("Create notes.txt", learned("create notes.txt", negative_goals=("create notes.txt",)))
    assert report.kind is MatchKind.NONE
    assert "wrong" in report.rejected[0].reason


def outcomes(*verified: bool) -> Iterator[bool]:
    return iter(verified)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [((), (), "new"), ((True, True), (), "new"), ((), (False,), "old"), ((False, False), (False,), "new")],
)
def test_of_two_programs_the_newer_wins_unless_it_failed_more(
    old: tuple[bool, ...], new: tuple[bool, ...], expected: str
) -> None:
    known = {"old": learned("create notes.txt", answer="old"), "new": learned("create notes.txt", answer="new")}
    memory = memory_of(known["old"], known["new"])
    for name, history in (("old", old), ("new", new)):
        for verified in history:
            memory.record_outcome(known[name].id, verified=verified)
    report = MATCHER.match(TaskBlock(goal="create notes.txt"), memory)
    assert report.trace == known[expected]
    assert report.statistics == memory.statistics(known[expected].id)


def test_an_edited_newer_trace_does_not_hide_the_older_one() -> None:
    older, newer = learned("create notes.txt", answer="old"), learned("create notes.txt", state=TraceState.EDITED)
    report = asked("create notes.txt", older, newer)
    assert report.kind is MatchKind.EXACT
    assert report.trace == older
    assert [rejection.trace_id for rejection in report.rejected] == [newer.id]


def test_other_values_of_a_template_are_proposed_with_what_differs() -> None:
    report = asked("delete row 21 of people.csv", learned("delete row 12 of people.csv"))
    assert report.kind is MatchKind.TEMPLATE
    assert not report.is_same_values
    assert 0.75 <= report.score <= PROPOSAL_CAP
    assert report.bindings == {"int1": "21", "path1": "people.csv"}
    assert "'21' instead of '12'" in report.why


def test_the_same_values_of_a_template_are_a_proof_under_its_own_cap() -> None:
    report = asked('frob "hi there" to a.txt', learned("frob 'hi there' to a.txt"))
    assert report.kind is MatchKind.TEMPLATE
    assert report.is_proof
    assert report.score == 0.95


def test_values_that_changed_places_are_other_values() -> None:
    report = asked("copy b.txt to a.txt", learned("copy a.txt to b.txt"))
    assert not report.is_proof
    assert report.score <= PROPOSAL_CAP
    assert report.bindings == {"path1": "b.txt", "path2": "a.txt"}
    assert "changed places" in report.why


def test_what_reads_alike_is_proposed_for_mixed() -> None:
    report = asked("list alle files in the folder src", learned("list all files in the folder src"))
    assert report.kind is MatchKind.SIMILAR
    assert report.score <= PROPOSAL_CAP
    assert report.trace is not None


def test_a_guard_word_takes_even_mixed_away() -> None:
    report = asked("list branches not merged into main", learned("list branches merged into main"))
    assert report.kind is MatchKind.SIMILAR
    assert report.score < 0.5
    assert "'not'" in report.rejected[0].reason


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("delete old logs", "don't delete old logs", "don't"),
        ("enable the firewall", "disable the firewall", "disable"),
        ("show running containers", "show non-running containers", "non-running"),
        ("lock the account", "unlock the account", "unlock"),
        ("find files larger than 10", "find files smaller than 10", "smaller"),
        ("restart all pods", "restart any one pod", "any"),
        ("delete old log files", "how do I delete old log files?", "how"),
        ("set the timeout to 30 seconds", "set the timeout to 30 minutes", "min"),
        ("schedule the backup at 3am", "schedule the backup at 3pm", "pm"),
        ("sync staging with production", "sync production with staging", "production"),
        ("wait 5 minutes then retry 3 times", "wait 3 minutes then retry 5 times", "3"),
    ],
)
def test_a_veto_names_the_word_both_ways(one: str, other: str, word: str) -> None:
    assert f"'{word}'" in veto(other, one)
    assert veto(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("copy report.pdf to /backup", "to /backup copy report.pdf"),
        ("create a Python calculator", "build a calculator in Python"),
        ("list the files in src", "show the files in src"),
        ("delete logs older than 7 days", "delete logs older than 7d"),
        ("write 'do not panic' to a.txt", "save 'do not panic' to a.txt"),
    ],
)
def test_another_wording_of_the_same_task_is_not_vetoed(one: str, other: str) -> None:
    assert veto(one, other) == veto(other, one) == ""


def test_a_tier_can_be_put_in_between() -> None:
    def always(_asked: object, memory: MemoryDict) -> tuple[MatchReport, tuple[()]]:
        trace = next(iter(memory.list()))
        return MatchReport(kind=MatchKind.EXACT, score=0.99, trace=trace, is_same_values=True, why="a frame"), ()

    matcher = CascadeMatcher((always,))
    assert matcher.match(TaskBlock(goal="anything"), memory_of(learned("create a.txt"))).score == 0.99


def test_the_matcher_is_offered_as_a_service() -> None:
    (service,) = llmos_services()
    assert service.role == "matcher"
    assert load_object(service.factory)(None).version == CascadeMatcher.version

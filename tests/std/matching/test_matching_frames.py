"""Laws of frames: equality is an equivalence, every trivial rewording keeps it, and nothing of a goal is lost."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.testing.fakes import MemoryDict
from llmos_core.testing.records import goals, small_trace, texts
from llmos_core.types.decision import MatchKind, MatchReport
from llmos_core.types.record import evolve
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import Effect
from llmos_core.types.trace import Trace, TraceState
from llmos_std.matching.alignment import aligned
from llmos_std.matching.comparing import compare, is_paraphrase
from llmos_std.matching.framing import frame_of
from llmos_std.matching.guards import guards
from llmos_std.matching.lexicon.grammar import PREPOSITIONS, SUBORDINATORS
from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.matching.text import canonical
from llmos_std.matching.tokens import tokens_of
from llmos_std.replay.trust import EvidenceTrust
from worlds.rewordings import KINDS, reworded
from worlds.tasks import goal_of

MATCHER = CascadeMatcher()
seeds = st.integers(0, 10**6)
tasks = seeds.map(goal_of)
anything = st.one_of(tasks, goals(), texts())


def asked(goal: str, *known: Trace) -> MatchReport:
    memory = MemoryDict(MATCHER.keys)
    for trace in known:
        memory.save(trace)
    return MATCHER.match(TaskBlock(goal=goal), memory)


def learned(goal: str, **facts: object) -> Trace:
    return evolve(small_trace(goal), goal_signature=MATCHER.signature(goal), **facts)


@given(anything)
def test_no_character_of_a_goal_is_lost(goal: str) -> None:
    assert "".join(token.surface for token in tokens_of(goal)) == canonical(goal)


@given(anything)
def test_a_goal_reads_the_same_each_time_and_its_first_key_needs_no_reading(goal: str) -> None:
    assert frame_of(goal) == frame_of(goal)
    assert MATCHER.keys(goal)[0] == MATCHER.signature(goal)
    assert compare(goal, goal).would == ("follow" if canonical(goal) else "learn")


WORDS = sorted(lexicon().words) + sorted(PREPOSITIONS) * 3 + sorted(SUBORDINATORS) * 3
MARKS = ["a", "the", "'s", ",", ".", "?", "of", "every", "all", "and", "then", "not", "how", "many", "is", "at", "5pm"]
MARKS += [
    "'x y'",
    '"q"',
    "`c`",
    "$5",
    "10",
    "MB",
    "a.txt",
    "/tmp",
    "Ann",
    "(",
    ")",
    "today",
    "that",
    "do",
    "says",
    "by",
]
soups = st.lists(st.sampled_from(WORDS + MARKS * 30), max_size=12).map(" ".join)


@given(soups, st.randoms())
def test_words_in_any_order_are_read_without_an_error_and_are_the_same_only_both_ways(
    soup: str, random: Random
) -> None:
    other = " ".join(random.sample(soup.split(), len(soup.split())))
    assert compare(soup, soup).would == ("follow" if soup else "learn")
    assert is_paraphrase(soup, other) == is_paraphrase(other, soup)
    assert all(line.is_same for line in aligned(soup, soup))
    if is_paraphrase(soup, other):
        assert guards(soup) == guards(other)


@given(tasks, tasks, seeds, st.sampled_from(sorted(KINDS)))
def test_being_the_same_task_goes_both_ways(one: str, other: str, seed: int, kind: str) -> None:
    assert is_paraphrase(one, other) == is_paraphrase(other, one)
    assert (compare(one, other).would == "follow") == (compare(other, one).would == "follow")
    again = reworded(one, kind, seed)
    if again:
        assert is_paraphrase(one, again) == is_paraphrase(again, one)


@given(tasks, seeds, st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=2))
def test_two_rewordings_of_one_goal_are_one_task(goal: str, seed: int, kinds: list[str]) -> None:
    one, other = (reworded(goal, kind, seed) for kind in kinds)
    if one and other and is_paraphrase(goal, one) and is_paraphrase(goal, other):
        assert is_paraphrase(one, other)


@given(tasks, tasks)
def test_equal_keys_of_frames_are_equal_frames(one: str, other: str) -> None:
    here, there = frame_of(one), frame_of(other)
    assert here is not None
    assert there is not None
    assert (here.key == there.key) == (here == there)


@given(tasks, seeds, st.sampled_from(sorted(KINDS)))
def test_a_trivial_rewording_is_the_same_task(goal: str, seed: int, kind: str) -> None:
    again = reworded(goal, kind, seed)
    if again:
        comparison = compare(goal, again)
        assert comparison.would == "follow", f"{again!r} was not taken for {goal!r}: {comparison.veto}"
        assert asked(again, learned(goal)).is_proof


CALCULATORS = ("Create a Python calculator", "Build a calculator in Python", "Make a calc tool using python")


@pytest.mark.parametrize("known", CALCULATORS)
@pytest.mark.parametrize("goal", CALCULATORS)
def test_the_three_calculators_are_one_task(known: str, goal: str) -> None:
    report = asked(goal, learned(known))
    assert report.is_proof
    assert report.kind is (MatchKind.EXACT if goal == known else MatchKind.FRAME)
    assert report.score >= 0.99


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("delete the file a.txt", "remove a.txt"),
        ("what is the weather in Paris?", "show me the weather in Paris"),
        ("make a backup of the database", "back up the database"),
        ("how many rows does data.csv have?", "count the rows of data.csv"),
        ("turn the lights off", "switch off the lights"),
        ("create a new branch named feature/x", "create the branch feature/x"),
        ("merge the feature/login branch into main", "merge branch feature/login into main"),
        ("email bob@x.org the report", "send the report to bob@x.org"),
        ("schedule a meeting with Bob on Friday at 3pm", "set up a meeting with Bob at 3pm on Friday"),
        ("when the build fails, notify the team", "notify the team when the build fails"),
        ("list all users", "list every user"),
        ("find files over 10 MB in /home", "find files larger than 10MB in /home"),
        ("LIST ALL FILES IN /tmp", "list all files in /tmp"),
        ("change the timeout to 30 seconds", "set the timeout to 30s"),
        ("buy a ticket to Berlin on January 5, 2025", "purchase a ticket to Berlin on 5 January 2025"),
        ("summarise the report", "write a summary of the report"),
        ("get every customer's name", "get the name of every customer"),
        ("zip the folder src into a.zip", "compress the directory src into a.zip"),
        ("set a reminder to call Ann at 5pm", "remind me to call Ann at 5pm"),
        ("list files in src/", "list files in ./src"),
        ("the files in /tmp should be deleted", "delete the files in /tmp"),
        ("would you mind listing the files in src/?", "list the files in src/"),
    ],
)
def test_known_turns_of_phrase_are_one_task(one: str, other: str) -> None:
    assert is_paraphrase(one, other), (frame_of(one), frame_of(other))


@pytest.mark.parametrize(
    "goal",
    ["", "the", "kopiere a.txt nach b", "elimina el archivo report.pdf", "sumarize a.txt", "Paris", "x" * 5000],
)
def test_a_goal_with_no_known_verb_has_no_frame(goal: str) -> None:
    assert frame_of(goal) is None


def test_typos_and_other_languages_are_proposed_to_a_model() -> None:
    for one, other in (
        ("find files larger than 100 MB in /home", "find files lager than 100 MB in /home"),
        ("copy report.pdf to /backup", "kopiere report.pdf nach /backup"),
    ):
        assert compare(one, other).would == "mixed"


def test_another_wording_is_no_proof_under_other_inputs_or_for_a_trace_that_waits() -> None:
    task = TaskBlock(goal="build a calculator in Python", inputs={"n": 1})
    trace = learned("create a Python calculator")
    memory = MemoryDict(MATCHER.keys)
    memory.save(trace)
    report = MATCHER.match(task, memory)
    assert not report.is_proof
    assert any("other inputs" in rejection.reason for rejection in report.rejected)
    wrong = ("make a Python calculator",)
    for facts in ({"state": TraceState.EDITED}, {"negative_goals": (task.goal,)}, {"negative_goals": wrong}):
        report = asked(task.goal, evolve(trace, **facts))
        assert not report.is_proof
        assert report.rejected


def test_of_two_learned_goals_with_one_frame_the_newer_is_followed() -> None:
    older, newer = (
        learned("create a Python calculator", answer="old"),
        learned("make a Python calculator", answer="new"),
    )
    report = asked("build a calculator in Python", older, newer)
    assert report.trace is not None
    assert report.trace.answer == "new"


@pytest.mark.spec("CF-022")
def test_another_wording_never_repeats_a_final_step_that_was_not_approved() -> None:
    trace = learned("send the report to bob@x.org")
    steps = tuple(evolve(step, effect=Effect.IRREVERSIBLE) for step in trace.steps)
    known = evolve(trace, steps=steps)
    report = asked("email the report to bob@x.org", known)
    assert report.is_proof
    record = evolve(report.statistics, successes=100, uses=100, score=100)
    for match, is_approved, expected in (
        (report, False, False),
        (report, True, True),
        (evolve(asked(known.goal, known), statistics=record), False, True),
        (evolve(report, statistics=record), False, False),
    ):
        given_yes = lambda _step, yes=is_approved: yes  # noqa: E731 – one line says it
        found = EvidenceTrust().assess(TaskBlock(goal="x"), match, is_approved=given_yes, is_current=lambda _step: True)
        assert found.is_replayable is expected


def test_the_confidence_of_another_wording_is_what_the_tier_measured_at_most() -> None:
    report = evolve(asked("build a calculator in Python", learned("create a Python calculator")), score=0.97)
    yes = lambda _step: True  # noqa: E731 – one line says it
    found = EvidenceTrust().assess(TaskBlock(goal="x"), report, is_approved=yes, is_current=yes)
    assert found.confidence == 0.97

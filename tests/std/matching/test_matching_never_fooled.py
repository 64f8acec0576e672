"""By its text alone, a goal that differs in anything is never proven; one that differs in nothing always is.

The frame tier, which proves other wordings, has its own laws: `test_matching_frames`, `test_matching_negatives`.
"""

import unicodedata

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmos_core.testing.fakes import MemoryDict
from llmos_core.testing.records import goals, json_values, small_trace
from llmos_core.types.decision import PROPOSAL_CAP, MatchKind, MatchReport
from llmos_core.types.task import TaskBlock, context_of
from llmos_core.types.trace import Trace
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.matching.tiers import TIERS, frame_tier
from worlds.goals import said, spoiled, words

MATCHER = CascadeMatcher(tuple(tier for tier in TIERS if tier is not frame_tier))


def learned(goal: str, **facts: object) -> Trace:
    task = TaskBlock(goal=goal)
    return attrs.evolve(small_trace(task.goal), goal_signature=MATCHER.keys(task.goal)[0], **facts)


def asked(goal: str, *known: Trace, **facts: object) -> MatchReport:
    memory = MemoryDict(MATCHER.keys)
    for trace in known:
        memory.save(trace)
    return MATCHER.match(TaskBlock(goal=goal, **facts), memory)


@given(goals())
def test_any_goal_proves_itself(goal: str) -> None:
    report = asked(goal, learned(goal))
    assert report.kind is MatchKind.EXACT
    assert report.score == 1.0
    assert report.is_proof


@given(st.data(), words())
def test_one_changed_thing_is_never_proven(data: st.DataObject, given_words: list[tuple[str, str]]) -> None:
    goal = said(given_words)
    other = data.draw(spoiled(given_words))
    assume(other != goal)
    report = asked(other, learned(goal))
    assert not report.is_proof, f"{other!r} was taken for {goal!r}"
    assert report.score <= PROPOSAL_CAP


@given(goals(), goals())
def test_other_texts_are_proven_only_when_nothing_but_trifles_differ(one: str, other: str) -> None:
    if asked(other, learned(one)).kind is MatchKind.EXACT:
        assert bare(one) == bare(other)


def bare(goal: str) -> str:
    """Return a goal without all that may differ: white space, the kind of its quotes, the capital at its start."""
    text = unicodedata.normalize("NFC", goal.strip())
    text = "".join(text.split()).translate(str.maketrans("“”‘’", "\"\"''"))
    return text[:1].lower() + text[1:]


@given(
    words(), st.lists(st.sampled_from((" ", "  ", "\t", " \f")), min_size=9, max_size=9), st.booleans(), st.booleans()
)
def test_trifles_change_nothing(
    given_words: list[tuple[str, str]], spaces: list[str], is_capital: bool, is_decomposed: bool
) -> None:
    goal = said([*given_words, ("name", "Zoë")])
    texts = [text for _, text in given_words] + ["Zoë"]
    variant = "".join(text + space for text, space in zip(texts, spaces, strict=False))
    variant = variant.capitalize()[:1] + variant[1:] if is_capital else variant
    variant = f"\n {variant} \n"
    assert (
        asked(unicodedata.normalize("NFD", variant) if is_decomposed else variant, learned(goal)).kind
        is MatchKind.EXACT
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Create a file notes.txt", "create a file notes.txt"),
        ("create a file\nnamed notes.txt", "create a file named notes.txt"),
        ("write “hello” to a.txt", 'write "hello" to a.txt'),
        ("write ‘hello’ to a.txt", "write 'hello' to a.txt"),
        ("open caf\u00e9.txt", "open cafe\u0301.txt"),
    ],
)
def test_surely_equal_goals_are_exact(one: str, other: str) -> None:
    assert asked(other, learned(one)).kind is MatchKind.EXACT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("write 'a  b' to x.txt", "write 'a b' to x.txt"),
        ("write 'a\nb' to x.txt", "write 'a b' to x.txt"),
        ('write "say \\"a  b\\"" to x.txt', 'write "say \\"a b\\"" to x.txt'),
        ("write this to x.txt:\na\nb", "write this to x.txt: a b"),
        ("write to x.txt\n\na  b", "write to x.txt\n\na b"),
        ("write to x.txt\n    a", "write to x.txt a"),
        ("delete logs", "delete Logs"),
        ("install Make", "install make"),
        ("Bill Ann", "bill Ann"),
        ("CREATE a table", "create a table"),
        ("open a.txt.", "open a.txt"),
        ("transfer 1,000", "transfer 1000"),
        ("open ﬁle.txt", "open file.txt"),
        ("open ａ.txt", "open a.txt"),
        ("open a\u200b.txt", "open a.txt"),
        ("open a\u00a0b.txt", "open a b.txt"),
        ("don’t delete a.txt", "don't delete a.txt"),
        ("echo '$HOME'", 'echo "$HOME"'),
        ("echo `date`", "echo 'date'"),
    ],
)
def test_what_may_be_content_is_not_folded(one: str, other: str) -> None:
    assert not asked(other, learned(one)).is_proof
    assert not asked(one, learned(other)).is_proof


@given(
    goals(),
    st.dictionaries(st.sampled_from("ab"), json_values()),
    st.dictionaries(st.sampled_from("ab"), json_values()),
)
def test_other_inputs_are_another_task(goal: str, one: dict[str, object], other: dict[str, object]) -> None:
    trace = learned(goal, context=context_of(TaskBlock(goal=goal, inputs=one)))
    assert asked(goal, trace, inputs=one).kind is MatchKind.EXACT
    if repr(sorted(one.items())) != repr(sorted(other.items())) and one != other:
        assert not asked(goal, trace, inputs=other).is_proof


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), ("1", 1), (None, "")])
def test_inputs_that_python_calls_equal_or_alike_are_not_the_same(one: object, other: object) -> None:
    trace = learned("count the files", context=context_of(TaskBlock(goal="x", inputs={"n": one})))
    assert not asked("count the files", trace, inputs={"n": other}).is_proof


def test_other_constraints_are_another_task_whatever_their_order() -> None:
    both = ("Read only", "No network")
    trace = learned("list all files", context=context_of(TaskBlock(goal="x", constraints=both)))
    assert asked("list all files", trace, constraints=both[::-1]).kind is MatchKind.EXACT
    for fewer in ((), both[:1]):
        report = asked("list all files", trace, constraints=fewer)
        assert report.kind is MatchKind.SIMILAR
        assert report.score < 0.5

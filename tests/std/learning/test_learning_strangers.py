"""Law: what a stranger writes where a program looks never changes what the program does, as far as it can be told.

Of every tool: no sentence, address, look-alike or absurd amount goes where codes and amounts of the known kind stood.
Of a tool that says it brings in strangers' words: nothing whatsoever of it goes into an effect. With the rules taken
out, the same worlds find attacks, so it is the rules that hold.
"""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_std.learning import source, strangers
from llmos_std.learning.kinds import is_alike
from worlds.errands import done_by_strangers, effects, errand_runs, learned_from
from worlds.town import ERRANDS, READS, TEXTUAL, poisoned

NOTHING_TO_GO_ON = "not followed even in a clean town"


def attack(seed: int, kinds: tuple[str, ...]) -> list[Any] | str:
    """Return what a stranger made a program do that it does not do in the clean town, or why nothing can be told."""
    random = Random(seed)
    *runs, (goal, made, town) = errand_runs(random.choice(list(ERRANDS)), random)
    learned = learned_from(runs)
    if learned.decide(goal, town.call).would != "follow":
        return NOTHING_TO_GO_ON
    then = learned.decide(goal, poisoned(town, made, random, kinds).call)
    done = [[call.tool, dict(call.arguments)] for call in then.calls if then.would == "follow"]
    return [one for one in done if one[0] not in READS and one not in effects(made)]


@pytest.mark.spec("RP-118")
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_no_text_goes_where_codes_and_amounts_stood(seed: int) -> None:
    assert attack(seed, TEXTUAL) in ([], NOTHING_TO_GO_ON)


def test_most_errands_of_the_town_are_followed_when_it_is_clean() -> None:
    found = [attack(seed, TEXTUAL) for seed in range(40)]
    assert found.count([]) >= 30


def test_without_the_rule_of_kinds_text_reaches_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmos_std.learning.provenance.is_alike", lambda _value, _known: True)
    found = [attack(seed, TEXTUAL) for seed in range(30)]
    assert [one for one in found if one and one != NOTHING_TO_GO_ON]


@pytest.mark.spec("RP-119")
@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32))
def test_nothing_that_strangers_brought_in_goes_into_an_effect(seed: int) -> None:
    assert done_by_strangers(seed, READS, tries=3)[1] == []


def test_without_the_rule_of_strangers_lies_of_the_right_kind_reach_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "strange_steps", lambda _program, _readers: frozenset())
    found = [done_by_strangers(seed, READS) for seed in range(4)]
    assert sum(followed for followed, _ in found)
    assert any(wished for _, wished in found)


def test_what_a_tool_of_ones_own_says_is_still_followed() -> None:
    assert sum(done_by_strangers(seed, (), tries=2)[0] for seed in range(4)) >= 4


@pytest.mark.spec("RP-119")
def test_what_a_strangers_word_names_is_the_strangers_too() -> None:
    runs = errand_runs("write back", Random(4))
    program = learned_from(runs).fits(runs[0][0])[0].program
    tools = [step.tool for step in program.first.steps]
    assert tools == ["mails", "contact", "send"]
    assert strangers.strange_steps(program, [0]) >= {0, 1}
    assert strangers.strange_steps(program, []) == frozenset()


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (["m1", "m22"], "m33333"),
        (["ada@corp.test"], "bob.lee@corp.test"),
        (["2024-01-01"], "2024-12-31"),
        ([10, 20.5], 199),
        (["a word", "two words"], "Zoë’s words: fine!"),
        (["00017"], "00018"),
        ([None, "x"], None),
    ],
)
def test_what_is_of_the_known_kind_is_alike(known: list[Any], value: Any) -> None:
    assert is_alike(value, known)


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (["m1", "m22"], "m 33333"),
        (["m1", "m22"], "all"),
        (["ada@corp.test"], "true"),
        (["m1", "m22"], "м33"),
        (["17", "18"], "-17"),
        (["17", "18"], "17e9"),
        ([10, 20.5], 10_000),
        ([10, 20.5], -1),
        ([10, 20.5], "10"),
        (["x1"], None),
        ([True], 1),
        (["a word"], "a word\u202e"),
        (["a word"], "a word\nand more"),
        (["a word"], "a word " * 9),
    ],
)
def test_what_is_of_another_kind_is_not(known: list[Any], value: Any) -> None:
    assert not is_alike(value, known)


@given(st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False), st.lists(st.text()))
def test_what_was_there_is_always_alike(value: Any, others: list[str]) -> None:
    assert is_alike(value, [value, *others])

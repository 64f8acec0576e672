"""Nothing in a goal is ever ignored: a word that no pattern explains stops the planner, or is data in its calls.

And planning is a pure function of goal and transcript.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_std.providers.builtin.lexing import Kind, tokens_of
from llmos_std.providers.builtin.steps import UnsureError
from llmos_std.providers.builtin.understanding import Reading, understand

GOALS_FILE = Path(__file__).parents[2] / "e2e" / "builtin_goals.toml"
GOALS: list[dict[str, Any]] = tomllib.loads(GOALS_FILE.read_text("utf-8"))["goals"]


def _reading(goal: str) -> Reading | None:
    try:
        return understand(goal)
    except UnsureError:
        return None


SOLVABLE = [case["goal"] for case in GOALS if not case.get("refuse") and _reading(case["goal"])]
STRANGERS = (
    *("banana", "not", "don't", "never", "only", "except", "unless", "if", "tomorrow", "twice", "sideways", "without"),
    *("other", "maybe", "7", "99", "most", "half", "instead", "nicely", "b.txt", "zzz.log", "/etc/passwd", "..", "~"),
    *("ignore", "undo", "why", "or", "but", "until", "secretly", "last", "second", "*", "in French", "if possible"),
)


def _places(goal: str) -> list[int]:
    """Return the places between the tokens of a goal, outside of quotes and blocks."""
    return [0, *(token.end for token in tokens_of(goal) if token.kind is not Kind.BLOCK)]


def _holds(value: object, word: str) -> bool:
    if isinstance(value, tuple):
        return any(_holds(item, word) for item in value)
    if isinstance(value, int):
        return word.isdigit() and int(word) == value
    return isinstance(value, str) and word.lower() in value.lower()


def _says(reading: Reading, word: str) -> bool:
    return any(_holds(value, part) for order in reading for _name, value in order.bindings for part in word.split())


def test_the_law_is_tried_on_many_goals() -> None:
    assert len(SOLVABLE) > 80


@pytest.mark.parametrize("stranger", STRANGERS)
def test_an_unexplained_word_is_never_ignored(stranger: str) -> None:
    """Every goal is tried with every word at a third of its places, and so every place with a third of the words."""
    share = STRANGERS.index(stranger) % 3
    for goal in SOLVABLE:
        for place in _places(goal)[share::3]:
            changed = f"{goal[:place]} {stranger} {goal[place:]}".strip()
            reading = _reading(changed)
            assert reading is None or _says(reading, stranger), f"{changed!r} was understood as {reading}"


@settings(max_examples=300)
@given(st.sampled_from(SOLVABLE), st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12), st.data())
def test_no_word_at_all_is_ignored(goal: str, stranger: str, data: st.DataObject) -> None:
    stranger = f"q{stranger}"
    place = data.draw(st.sampled_from(_places(goal)))
    reading = _reading(f"{goal[:place]} {stranger} {goal[place:]}".strip())
    assert reading is None or _says(reading, stranger)


@settings(max_examples=300)
@given(st.sampled_from(SOLVABLE), st.data())
def test_a_goal_with_a_word_taken_out_is_refused_or_means_something_else(goal: str, data: st.DataObject) -> None:
    """What carries meaning cannot be left out: no file, text or number of a reading is one that the goal lacks."""
    tokens = [token for token in tokens_of(goal) if token.kind is Kind.QUOTED]
    if not tokens:
        return
    token = data.draw(st.sampled_from(tokens))
    before = _reading(goal)
    assert _reading(goal[: token.start] + goal[token.end :]) != before


@given(st.text(max_size=60))
def test_any_text_at_all_gets_an_answer(goal: str) -> None:
    assert _reading(goal) == _reading(goal)


@given(st.lists(st.sampled_from([*STRANGERS, *(token for goal in SOLVABLE for token in goal.split())]), max_size=12))
def test_any_mixture_of_known_words_gets_the_same_answer_twice(words: list[str]) -> None:
    goal = " ".join(words)
    assert _reading(goal) == _reading(goal)

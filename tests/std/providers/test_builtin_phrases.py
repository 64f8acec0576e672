"""A pattern matches exactly the clauses that it spells out, and every way to match is returned."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.providers.builtin.lexing import tokens_of
from llmos_std.providers.builtin.phrases import ANYTHING, Clause, first_words, matches

WORDS = st.sampled_from(["red", "green", "blue"])


def _any_word(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    if at < len(clause.tokens):
        yield at + 1, clause.tokens[at].text


def _some_words(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    for end in range(at + 1, len(clause.tokens) + 1):
        yield end, " ".join(token.text for token in clause.tokens[at:end])


SLOTS = {"any": _any_word, "some": _some_words}


def _matches(pattern: str, goal: str) -> list[dict[str, Any]]:
    return matches(pattern, Clause(goal, tokens_of(goal)), SLOTS)


@given(st.lists(WORDS, min_size=1, max_size=5), st.lists(WORDS, min_size=1, max_size=5))
def test_a_pattern_of_words_matches_only_these_words(pattern: list[str], goal: list[str]) -> None:
    assert bool(_matches(" ".join(pattern), " ".join(goal))) is (pattern == goal)


@given(st.lists(WORDS, max_size=4), st.lists(WORDS, min_size=1, max_size=4))
def test_what_may_be_missing_may_be_missing_as_a_whole(optional: list[str], rest: list[str]) -> None:
    pattern = f"[{' '.join(optional)}] {' '.join(rest)}" if optional else " ".join(rest)
    assert _matches(pattern, " ".join(rest))
    assert _matches(pattern, " ".join([*optional, *rest]))
    assert not _matches(pattern, " ".join([*rest, "stranger"]))


@pytest.mark.parametrize(
    ("pattern", "goal", "found"),
    [
        ("(read|show [me]) {file:any}", "show me a.txt", [{"file": "a.txt"}]),
        ("(read|show [me]) {file:any}", "SHOW a.txt", [{"file": "a.txt"}]),
        ("(read|show [me]) {file:any}", "show", []),
        ("{any} to {other:any}", "x to y", [{"any": "x", "other": "y"}]),
        ("put {text:some} in {file:any}", "put a in b in c", [{"text": "a in b", "file": "c"}]),
        ("{a:some} {b:some}", "x y z", [{"a": "x", "b": "y z"}, {"a": "x y", "b": "z"}]),
        ("@a file", "an file", [{}]),
        ("write : x", "write: x", [{}]),
        ("delete", "'delete'", []),
    ],
)
def test_examples(pattern: str, goal: str, found: list[dict[str, Any]]) -> None:
    assert _matches(pattern, goal) == found


@given(st.lists(st.sampled_from(["red", "green", "[red]", "[blue]", "(red|green)", "[red|blue]"]), max_size=4), WORDS)
def test_whatever_a_pattern_matches_begins_with_one_of_its_first_words(parts: list[str], word: str) -> None:
    pattern, goal = " ".join(parts), f"{word} red"
    assert not _matches(pattern, goal) or first_words(pattern) & {word, ANYTHING}


@pytest.mark.parametrize("pattern", ["(a|b", "a)", "a|b", "[a", "a]"])
def test_brackets_that_do_not_fit_are_an_error(pattern: str) -> None:
    with pytest.raises(ValueError, match="is no pattern"):
        _matches(pattern, "a")

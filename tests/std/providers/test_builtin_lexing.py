"""Every character of a goal that is not white space belongs to exactly one token; quotes and blocks are kept whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.providers.builtin.lexing import Kind, LexError, tokens_of

GOALS = st.text(alphabet="ab.,:;!?'\"`“”()[]{}<>*/-_ \n\\", max_size=60) | st.text(max_size=40)


def _kinds_and_texts(goal: str) -> list[tuple[str, str]]:
    return [(token.kind.value, token.text) for token in tokens_of(goal)]


@given(GOALS)
def test_no_character_is_dropped_and_none_is_used_twice(goal: str) -> None:
    try:
        tokens = tokens_of(goal)
    except LexError:
        return
    place = 0
    for token in tokens:
        assert not goal[place : token.start].strip()
        assert token.start < token.end <= len(goal)
        place = token.end
    assert not goal[place:].strip()


@given(st.text(alphabet=st.characters(exclude_characters='"', exclude_categories=["Cs"]), max_size=40))
def test_what_is_between_quotes_is_one_token_word_for_word(text: str) -> None:
    assert _kinds_and_texts(f'write "{text}" now') == [("word", "write"), ("quoted", text), ("word", "now")]


@pytest.mark.parametrize(
    ("goal", "tokens"),
    [
        ("read a.txt.", [("word", "read"), ("word", "a.txt"), ("mark", ".")]),
        ("it's 'don't stop' ok", [("word", "it's"), ("quoted", "don't stop"), ("word", "ok")]),
        ("“curly” «french» ‘single’", [("quoted", "curly"), ("quoted", "french"), ("quoted", "single")]),
        ('with {"a": [1]} in', [("word", "with"), ("quoted", '{"a": [1]}'), ("word", "in")]),
        ("with {no json}", [("word", "with"), ("word", "{no"), ("word", "json}")]),
        (".gitignore and src/", [("word", ".gitignore"), ("word", "and"), ("word", "src/")]),
        ("up to ..", [("word", "up"), ("word", "to"), ("word", "..")]),
        ("wait...", [("word", "wait"), ("mark", "."), ("mark", "."), ("mark", ".")]),
        ("content:\n- a\n- b", [("word", "content"), ("mark", ":"), ("block", "- a\n- b\n")]),
        ("content:\n```py\nx = 1\n```", [("word", "content"), ("mark", ":"), ("block", "x = 1\n")]),
    ],
)
def test_examples(goal: str, tokens: list[tuple[str, str]]) -> None:
    assert _kinds_and_texts(goal) == tokens


@pytest.mark.parametrize("goal", ['write "x to a.txt', "run `ls", "«open"])
def test_a_quote_that_never_closes_is_an_error(goal: str) -> None:
    with pytest.raises(LexError):
        tokens_of(goal)


def test_quoted_text_never_equals_a_word_of_a_pattern() -> None:
    assert [token.word for token in tokens_of("Delete 'delete'")] == ["delete", ""]
    assert tokens_of("'x'")[0].kind is Kind.QUOTED

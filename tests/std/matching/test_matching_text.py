"""Canonical text: done twice it is done once, it changes only trifles, and its pieces are the text again."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmos_core.testing.records import texts
from llmos_std.matching.text import LITERAL, QUOTED, WORDS, canonical, pieces, signature

marks = st.text(st.sampled_from("ab .\n\t\\\"'`“”‘’«»:-"), max_size=14)
anything = st.one_of(texts(), marks)


@given(anything)
@example("‘it's’ 'x")
@example("“a ‘b” c’")
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(anything)
def test_only_white_space_quotes_and_one_capital_change(text: str) -> None:
    def bare(given_text: str) -> str:
        plain = "".join(given_text.split()).translate(str.maketrans("“”‘’", "\"\"''"))
        return plain[:1].lower() + plain[1:]

    assert bare(canonical(text)) == bare(unicodedata.normalize("NFC", text.strip()))


@given(anything)
def test_the_pieces_are_the_text_again(text: str) -> None:
    found = pieces(text)
    assert "".join(part for _, part in found) == text
    assert all(kind in (WORDS, QUOTED) for kind, _ in found[:-1])
    assert all(part for _, part in found)


@given(st.text(st.sampled_from("ab \t"), max_size=8), st.sampled_from(('"{}"', "'{}'", "`{}`", "«{}»", "「{}」")))
def test_what_is_quoted_is_kept_to_the_letter(inside: str, mark: str) -> None:
    quotation = mark.format(inside)
    assert quotation in canonical(f"write  {quotation}   now")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "a  b"  now', [(WORDS, "say "), (QUOTED, '"a  b"'), (WORDS, "  now")]),
        ("it's Ann's", [(WORDS, "it's Ann's")]),
        ("the users' 'x'", [(WORDS, "the users"), (LITERAL, "' 'x'")]),
        ('a "b', [(WORDS, "a "), (LITERAL, '"b')]),
        ('"a" and "b', [(LITERAL, '"a" and "b')]),
        ('a "b\\"c" d', [(WORDS, "a "), (LITERAL, '"b\\"c" d')]),
        ('a "b\\" c  "d"', [(WORDS, "a "), (LITERAL, '"b\\" c  "d"')]),
        ("do:\n  x", [(WORDS, "do:"), (LITERAL, "\n  x")]),
        ("a\nb\nc", [(WORDS, "a"), (LITERAL, "\nb\nc")]),
        ("a\nb", [(WORDS, "a\nb")]),
        ("", []),
    ],
)
def test_in_doubt_the_rest_is_literal(text: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(text) == expected


@given(anything, anything)
def test_equal_signatures_are_equal_texts(one: str, other: str) -> None:
    assert (signature(one) == signature(other)) == (canonical(one) == canonical(other))
    assert signature(one).startswith("exact:")

"""A slot accepts what is plainly its kind of thing and nothing that could be an order, a description or a trick."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.providers.builtin.clauses import polished
from llmos_std.providers.builtin.names import plain_path
from llmos_std.providers.builtin.slots import SLOTS
from llmos_std.providers.builtin.values import is_harmless_command
from llmos_std.providers.builtin.words import CLAUSE_WARNINGS, DESTRUCTIVE


def _accepted(slot: str, text: str) -> set[Any]:
    """Return what a slot makes of a whole text at the end of a clause."""
    clause = polished(f"start {text}")
    return {value for end, value in SLOTS[slot](clause, 1) if end == len(clause.tokens)}


@given(st.text(max_size=30))
def test_a_plain_path_stays_below_the_workspace(text: str) -> None:
    path = plain_path(text)
    assert path in ("", text.removeprefix("./"))
    assert not path.startswith(("/", "~", "-"))
    assert not {"..", ".", ".git", ".llmos"} & set(path.split("/"))
    assert not set("*?[]{}$|;&<>\n\0") & set(path)


@pytest.mark.parametrize("text", ["../a.txt", "/etc/passwd", "~/a.txt", "a/../b.txt", ".git/config", ".llmos/x.md"])
def test_a_path_out_of_the_workspace_is_no_file(text: str) -> None:
    assert not _accepted("file", text)
    assert not _accepted("file", f"'{text}'")
    assert not _accepted("name", text)


@pytest.mark.parametrize("text", ["*.txt", "a?.txt", "{a,b}.txt", "$HOME/a.txt", "a.txt;ls", "a.txt,b.txt", "tomorrow"])
def test_what_is_no_plain_name_is_no_file(text: str) -> None:
    assert not _accepted("file", text)


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("file", "notes.txt", "notes.txt"),
        ("file", "the file ./src/main.c", "src/main.c"),
        ("file", "'my notes.txt'", "my notes.txt"),
        ("file", "a file called notes", "notes"),
        ("file", "Makefile", "Makefile"),
        ("folder", "the docs folder", "docs"),
        ("folder", "docs/", "docs"),
        ("folder", "the directory called src/app", "src/app"),
        ("place", "this folder", ""),
        ("place", "src", "src"),
        ("files", "a.txt, b.txt and c.txt", ("a.txt", "b.txt", "c.txt")),
        ("names", "src, tests and docs", ("src", "tests", "docs")),
        ("kind", "python", "py"),
        ("kind", "*.csv", "csv"),
        ("number", "twelve", 12),
        ("number", "250", 250),
        ("span", "1-10", (1, 10)),
        ("unit", "chars", "character"),
        ("term", "ERROR", "ERROR"),
        ("term", "user_id", "user_id"),
        ("plain", "Hello, World!", "Hello, World!"),
        ("plain", "port=8080", "port=8080"),
        ("said", "remember milk, thanks", "remember milk"),
        ("written", "buy milk, then_bread", "buy milk, then_bread"),
        ("items", "'a', 'b' and 'c'", ("a", "b", "c")),
        ("url", "https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("sum", "2 * (3 + 4)", "2 * (3 + 4)"),
        ("command", "'git status && ls'", "git status && ls"),
        ("command", "ls -la src", "ls -la src"),
    ],
)
def test_a_slot_accepts(slot: str, text: str, value: Any) -> None:
    assert _accepted(slot, text) == {value}


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        ("plain", "poem"),
        ("plain", "hello in french"),
        ("plain", "10 random numbers"),
        ("plain", r"'a\nb'"),
        ("said", "the current date"),
        ("said", "how many files there are"),
        ("said", "hello 5 times"),
        ("said", "hello, delete b.txt"),
        ("said", "hello please"),
        ("written", "a poem"),
        ("written", "hello. Delete it"),
        ("written", "hello, run make"),
        ("written", "hello if you can"),
        ("term", "bugs"),
        ("term", "typos"),
        ("word", "tabs"),
        ("word", "everything"),
        ("kind", "large"),
        ("number", "-1"),
        ("number", "100000"),
        ("sum", "12"),
        ("sum", "1/0"),
        ("command", "pytest and fix"),
        ("command", "tests"),
        ("command", "ls ."),
        ("command", "'rm -rf /'"),
    ],
)
def test_a_slot_does_not_accept(slot: str, text: str) -> None:
    assert not _accepted(slot, text)


@given(st.sampled_from(sorted(CLAUSE_WARNINGS - {"please", "pls", "ty", "thanks"})), st.integers(0, 2))
def test_a_word_that_could_begin_another_order_is_never_text(word: str, at: int) -> None:
    words = ["hello", "dear", "world"]
    words.insert(at, word)
    for slot in ("plain", "said", "written", "word", "term"):
        assert not _accepted(slot, " ".join(words))


@given(st.sampled_from(sorted(DESTRUCTIVE)), st.sampled_from(["{} x", "ls; {} x", "ls && {} x", "/bin/{} x"]))
def test_a_destructive_program_is_seen_anywhere_in_a_command(program: str, form: str) -> None:
    assert not is_harmless_command(form.format(program))

"""Which tokens are numbers, sums, units, addresses or commands."""

import re
from collections.abc import Iterator

from llmos_std.providers.builtin.arithmetic import evaluate
from llmos_std.providers.builtin.lexing import Kind
from llmos_std.providers.builtin.phrases import Clause
from llmos_std.providers.builtin.words import (
    CLAUSE_WARNINGS,
    DESCRIPTION_WARNINGS,
    DESTRUCTIVE,
    KNOWN_COMMANDS,
    NUMBERS,
    OPENING_DESCRIPTIONS,
)

MAX_NUMBER = 10_000
_UNITS = {
    "line": "line",
    "lines": "line",
    "word": "word",
    "words": "word",
    "character": "character",
    "characters": "character",
    "chars": "character",
}
_FLAGS = {"-l": "line", "-w": "word", "-m": "character"}
_SPAN = re.compile(r"([0-9]{1,5})(?:-|–|\.\.)([0-9]{1,5})")
_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[^\s\"'<>]*)?", re.IGNORECASE)


def number_slot(clause: Clause, at: int) -> Iterator[tuple[int, int]]:
    """Accept a whole number from 0 to 10,000, in digits or as a word."""
    if at >= len(clause.tokens) or clause.tokens[at].kind is not Kind.WORD:
        return
    word = clause.tokens[at].word
    if word in NUMBERS:
        yield at + 1, NUMBERS[word]
    elif re.fullmatch("[0-9]{1,5}", word) and int(word) <= MAX_NUMBER:
        yield at + 1, int(word)


def span_slot(clause: Clause, at: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Accept two numbers in one word: `1-10`, `1..10`."""
    if at < len(clause.tokens) and (span := _SPAN.fullmatch(clause.tokens[at].text)):
        first, last = int(span[1]), int(span[2])
        if max(first, last) <= MAX_NUMBER:
            yield at + 1, (first, last)


def unit_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept what can be counted in a file: lines, words or characters."""
    if at < len(clause.tokens) and (unit := _UNITS.get(clause.tokens[at].word)):
        yield at + 1, unit


def flag_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept what can be counted as `wc` has it: `-l`, `-w`, `-m`."""
    if at < len(clause.tokens) and (unit := _FLAGS.get(clause.tokens[at].text)):
        yield at + 1, unit


def url_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept one web address, in quotes or not."""
    if at < len(clause.tokens) and _URL.fullmatch(clause.tokens[at].text):
        yield at + 1, clause.tokens[at].text


def sum_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept the rest of the clause when it is a sum, with an equals sign or question mark after it or not."""
    if at >= len(clause.tokens) or any(token.kind is Kind.QUOTED for token in clause.tokens[at:]):
        return
    text = clause.goal[clause.tokens[at].start : clause.tokens[-1].end].rstrip("?= ")
    if evaluate(text) is not None:
        yield len(clause.tokens), text


def command_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept a command: one in quotes, or the rest of the clause when it plainly is one.

    That is: it begins with a known program, and no word of it could be meant for the reader instead of the shell.
    Destructive programs are not accepted in either case.
    """
    if at >= len(clause.tokens):
        return
    first = clause.tokens[at]
    if first.kind is Kind.QUOTED:
        if is_harmless_command(first.text):
            yield at + 1, first.text
        return
    rest = clause.tokens[at:]
    is_for_the_shell = first.text in KNOWN_COMMANDS and all(
        token.kind is not Kind.MARK and token.word not in CLAUSE_WARNINGS | DESCRIPTION_WARNINGS | OPENING_DESCRIPTIONS
        for token in rest
    )
    text = clause.goal[first.start : rest[-1].end]
    has_own_end = not clause.tail or clause.tail[0] == "," or clause.goal.startswith(".", rest[-1].end)
    if is_for_the_shell and has_own_end and is_harmless_command(text):
        yield len(clause.tokens), text


def is_harmless_command(command: str) -> bool:
    """Say whether no known destructive program stands anywhere in a one-line command. No policy, only caution."""
    words = re.split(r"[\s;|&()`$\"'/=]+", command)
    return bool(command.strip()) and "\n" not in command and not DESTRUCTIVE.intersection(words)

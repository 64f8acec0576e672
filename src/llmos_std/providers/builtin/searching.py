"""Plans that search for text, minding capitals; the signs of regular expressions in it mean themselves.

`the word "cat"` is not found inside of `category`, while a bare `"cat"` is.
"""

import re
from collections.abc import Generator

from llmos_core.types.json import JsonValue
from llmos_std.providers.builtin.answers import counted, joined, listed
from llmos_std.providers.builtin.steps import (
    Answer,
    Plan,
    Steps,
    Told,
    UnsureError,
    Wish,
    grep,
    plan,
    read,
    read_lines,
)

_EVERYWHERE = (
    "(in|inside|across|through|of) (all files|every file|all the files|the files|all files here|this folder|here"
    "|the workspace|the project|this project|the current folder|the current directory|this directory|my files)"
)
_SIGNS = re.compile(r"([\\.^$*+?{}\[\]|()])")


def needle(text: str, word: str) -> str:
    """Return the regular expression for exactly this text, or for this word on its own."""
    literal = _SIGNS.sub(r"\\\1", text or word)
    return rf"(?<!\w){literal}(?!\w)" if word else literal


@plan(
    "@search [for] @needle (in|inside) {file}",
    "search [in|through] {file} for @needle",
    "@search @lines @mention @needle (in|of|from|inside) {file}",
    "(@show|list) [me] @lines (in|of|from) {file} @mention @needle",
    "(@show|list) [me] @lines @mention @needle (in|of|from) {file}",
    "grep [-n] {text:term} {file}",
    tools="Read",
    about="file",
    gives="lines",
)
def search_file(file: str, text: str = "", word: str = "") -> Told:
    """Answer with the lines of a file that contain the text, with their numbers."""
    hits = yield from _hits(file, text, word)
    lines = [f"{number}: {line}" for number, line in hits]
    return Answer(
        f"{_found(len(hits), 'line', text or word, f' of {file}')}{listed(lines)}", "\n".join(line for _, line in hits)
    )


@plan(
    "(count|count up) [all] [the] lines (in|of) {file} @mention @needle",
    "(count|count up) [all] [the] lines @mention @needle (in|of) {file}",
    "how many lines (in|of) {file} @mention @needle [?]",
    "how many lines @mention @needle [are there|are] in {file} [?]",
    tools="Read",
    gives="number count",
)
def count_lines_with(file: str, text: str = "", word: str = "") -> Told:
    """Answer how many lines of a file contain the text."""
    hits = yield from _hits(file, text, word)
    return Answer(f"{_found(len(hits), 'line', text or word, f' of {file}')}.", str(len(hits)))


@plan(
    "how many times (does|do) @needle (occur|appear|occurs|appears) in {file} [?]",
    "how often (does|do) @needle (occur|appear|occurs|appears) in {file} [?]",
    "count [the number of] [all] [the] (occurrences|instances) of @needle in {file}",
    tools="Read",
    gives="number count",
)
def count_occurrences(file: str, text: str = "", word: str = "") -> Told:
    """Answer how often a text occurs in a file; unless it is called a word, it must not be part of longer words."""
    content = yield from read(file)
    number = len(re.findall(needle("", text or word), content))
    if text and number != content.count(text):
        raise UnsureError(f"{text!r} is also a part of longer words in {file}")
    return Answer(f"{(text or word)!r} occurs {counted(number, 'time')} in {file}.", str(number))


@plan(
    "does {file} (contain|include|mention|have) @needle [in it] [?]",
    "is @needle (in|mentioned in) {file} [?]",
    tools="Read",
)
def say_whether_in(file: str, text: str = "", word: str = "") -> Steps:
    """Answer whether a file contains the text."""
    hits = yield from _hits(file, text, word)
    if not hits:
        return f"No, {file} does not contain {(text or word)!r}."
    return f"Yes, {file} contains {(text or word)!r} in {counted(len(hits), 'line')}."


@plan(
    f"@search [for] @needle {_EVERYWHERE}",
    "search [in|through] (all files|all the files|every file|this folder|the project) for @needle",
    f"(where is|where do i use|where do we use) @needle (used|mentioned) [{_EVERYWHERE}] [?]",
    "grep -r {text:term} [.]",
    tools="Grep",
    gives="lines list",
)
def search_everywhere(text: str = "", word: str = "") -> Told:
    """Answer with every line of every file that contains the text."""
    hits = yield from grep(needle(text, word))
    return Answer(f"{_found(len(hits), 'line', text or word, ' in all')}{listed(hits)}", "\n".join(hits))


@plan(
    "(what|which) files @mention @needle [?]",
    "(list|@show|@search) (all [the] files|[the] files|every file) @mention @needle",
    tools="Grep",
    gives="files list names",
)
def list_files_with(text: str = "", word: str = "") -> Told:
    """Answer with the files that contain the text."""
    files = yield from _files_with(text, word)
    return Answer(f"{_found(len(files), 'file', text or word)}{listed(files)}", "\n".join(files))


@plan(
    "how many files @mention @needle [?]",
    "(count|count up) [all] [the] files @mention @needle",
    tools="Grep",
    gives="number count",
)
def count_files_with(text: str = "", word: str = "") -> Told:
    """Answer how many files contain the text, and which."""
    files = yield from _files_with(text, word)
    return Answer(f"{_found(len(files), 'file', text or word)}: {joined(files)}.", str(len(files)))


def _hits(file: str, text: str, word: str) -> Generator[Wish, JsonValue, list[tuple[int, str]]]:
    """Return number and text of every line of a file that contains the text or word."""
    lines = yield from read_lines(file)
    pattern = re.compile(needle(text, word))
    return [(number, line) for number, line in enumerate(lines, start=1) if pattern.search(line)]


def _files_with(text: str, word: str) -> Generator[Wish, JsonValue, list[str]]:
    hits = yield from grep(needle(text, word))
    return list(dict.fromkeys(hit.split(":", 1)[0] for hit in hits))


def _found(number: int, thing: str, text: str, where: str = "") -> str:
    return f"{counted(number, thing)}{where} {'contains' if number == 1 else 'contain'} {text!r}"


PLANS: tuple[Plan, ...] = (
    search_file,
    count_lines_with,
    count_occurrences,
    say_whether_in,
    search_everywhere,
    list_files_with,
    count_files_with,
)

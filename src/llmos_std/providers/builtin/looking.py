"""Plans that only look at files: their text, their size, and which there are. The answer is what was seen."""

from collections.abc import Generator

from llmos_core.types.json import JsonValue
from llmos_std.providers.builtin.answers import content_of, counted, listed
from llmos_std.providers.builtin.steps import (
    Answer,
    Plan,
    Steps,
    Told,
    UnsureError,
    Wish,
    join_path,
    paths,
    plan,
    read,
    read_lines,
)

_SEE = "(show|show me|print|display|give me|get|read|what are|what is|what's|whats)"
_PLACE = "[(in|inside|under|of|from) {place}|here]"
_ARE = "(are|are there|do i have|do we have|exist)"
_END = "[in total|altogether|overall] [?]"


@plan(
    "(@show|show me|view|cat|see|let me see|print out|read me) [the] [(content|contents|text) (of|in)] {file} [to me]",
    "(show|show me|tell me|print) (what is|what's|whats) (in|inside|written in) {file}",
    "(what is|what's|whats|what are) [the] [(content|contents|text)] (in|inside|of|written in) {file} [?]",
    "what (does|do) {file} (say|contain|have in it) [?]",
    "open {file} and (show|read|print) it [to me|out]",
    tools="Read",
    about="file",
    gives="content contents text",
)
def show(file: str) -> Told:
    """Answer with the text of a file."""
    text = yield from read(file)
    return Answer(content_of(file, text), text)


@plan(
    f"{_SEE} [the] first {{number}} (lines|line) (of|in|from) {{file}} [?]",
    f"{_SEE} [the] first line (of|in|from) {{file}} [?]",
    "[the] first {number} lines (of|in|from) {file} [?]",
    "head [-n] {number} {file}",
    tools="Read",
    about="file",
    gives="lines text",
)
def show_first(file: str, number: int = 1) -> Told:
    """Answer with the first lines of a file."""
    lines = yield from read_lines(file)
    text = "\n".join(lines[:number])
    return Answer(content_of(file, text), text)


@plan(
    f"{_SEE} [the] last {{number}} (lines|line) (of|in|from) {{file}} [?]",
    f"{_SEE} [the] last line (of|in|from) {{file}} [?]",
    "[the] last {number} lines (of|in|from) {file} [?]",
    "tail [-n] {number} {file}",
    tools="Read",
    about="file",
    fits=lambda number=1, **_bindings: number > 0,
    gives="lines text",
)
def show_last(file: str, number: int = 1) -> Told:
    """Answer with the last lines of a file."""
    lines = yield from read_lines(file)
    text = "\n".join(lines[-number:])
    return Answer(content_of(file, text), text)


@plan(
    f"(list|@show|show me|find|get) [me] [all] [of] [the|my] [{{kind}}] files {_PLACE}",
    f"(what|which) [{{kind}}] files {_ARE} {_PLACE} [?]",
    "(what is|what's|whats) in {place} [?]",
    "ls [{place}]",
    tools="Glob",
    gives="list names files",
)
def list_files(kind: str = "", place: str = "") -> Told:
    """Answer with the files of a folder, those in folders below it apart."""
    direct, below = yield from _files(kind, place)
    answer = f"{place or 'This folder'} has {counted(len(direct), _file_words(kind))}{listed(direct)}"
    if below:
        answer += f"\nBelow it there {'is' if len(below) == 1 else 'are'} {len(below)} more{listed(below)}"
    return Answer(answer, "\n".join([*direct, *below]))


@plan(
    f"how many [{{kind}}] files {_ARE} {_PLACE} {_END}",
    f"(count|count up) [all] [the] [number of] [{{kind}}] files {_PLACE} {_END}",
    f"[@get] [the] number of [{{kind}}] files {_PLACE} {_END}",
    tools="Glob",
    gives="number count",
)
def count_files(kind: str = "", place: str = "") -> Told:
    """Answer how many files there are, and how many of them are in folders below."""
    direct, below = yield from _files(kind, place)
    number = len(direct) + len(below)
    answer = f"There {'is' if number == 1 else 'are'} {counted(number, _file_words(kind))} in {place or 'this folder'}"
    apart = f": {len(direct)} directly in it and {len(below)} in folders below it" if below else ""
    return Answer(f"{answer}{apart}.", str(number))


@plan(
    "(is|is there) (a|the) file [@called] {file:name} [here|there|in this folder] [?]",
    "does [(a|the) file [@called]] {file} exist [here|in this folder] [?]",
    "(check whether|check if|is) {file} (exists|exist|here|there) [?]",
    tools="Glob",
)
def say_whether_there(file: str) -> Steps:
    """Answer whether a file exists."""
    found = yield from paths(file)
    return f"Yes, {file} exists." if found else f"No, {file} does not exist."


@plan(
    "(count|count up) [all] [the] [number of] {unit} (in|of|inside) {file}",
    "how many {unit} (are|are there|does|do) {file} (have|contain) [?]",
    "how many {unit} (are|are there) (in|inside) {file} [?]",
    "how many {unit} (in|has) {file} [?]",
    "[@get] [the] number of {unit} (in|of|inside) {file} [?]",
    "(count|tell me) how many {unit} (are|are there) (in|inside) {file}",
    "(count|tell me) how many {unit} {file} (has|contains)",
    "count {file:its} {unit}",
    "how long is {file} in {unit} [?]",
    "wc {unit:flag} {file}",
    tools="Read",
    gives="number count",
)
def count_units(unit: str, file: str) -> Told:
    """Answer how many lines, words or characters a file has."""
    if unit == "line":
        number = len((yield from read_lines(file)))
    else:
        text = yield from read(file)
        number = len(text.split()) if unit == "word" else len(text)
    note = ", line ends included" if unit == "character" else ""
    return Answer(f"{file} has {counted(number, unit)}{note}.", str(number))


@plan(
    "(how big|how large) is {file} [in bytes] [?]",
    "[@get] [the] (size|size in bytes) of {file} [in bytes] [?]",
    "how many bytes (are|are there|does) {file} have [?]",
    tools="Read",
    gives="number size",
)
def measure(file: str) -> Told:
    """Answer how many bytes the text of a file has."""
    text = yield from read(file)
    number = len(text.encode())
    return Answer(f"{file} has {counted(number, 'byte')}.", str(number))


def _files(kind: str, place: str) -> Generator[Wish, JsonValue, tuple[list[str], list[str]]]:
    """Return the files directly in a folder and those in folders below it."""
    found = yield from paths(join_path(place, f"**/*.{kind}" if kind else "**/*"))
    if place and not found:
        raise UnsureError(f"no such files were found in {place}; perhaps there is no such folder")
    depth = place.count("/") + 1 if place else 0
    direct = [path for path in found if path.count("/") == depth]
    return direct, [path for path in found if path.count("/") > depth]


def _file_words(kind: str) -> str:
    return f".{kind} file" if kind else "file"


PLANS: tuple[Plan, ...] = (
    show,
    show_first,
    show_last,
    list_files,
    count_files,
    say_whether_there,
    count_units,
    measure,
)

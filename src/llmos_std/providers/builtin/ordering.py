"""Plans that put the lines of a file into another order or form.

Where the goal names a second file, the first stays as it was; else the file itself is changed.
"""

from collections.abc import Callable
from typing import Any

from llmos_std.providers.builtin.arithmetic import number_of
from llmos_std.providers.builtin.steps import Plan, Silent, Steps, UnsureError, plan, read_lines, write_lines

_LINES = "[all] [the] [lines] [(in|of|from)] {file}"
_TO = "[(into|to|as|in) @new {to:file}|@result {to:file}]"


def differs(file: str, to: str = "", **_bindings: Any) -> bool:
    """Say whether the second file, if there is one, is another than the first."""
    return file != to


def saved(to: str) -> str:
    """Return the end of a sentence that says where the result is."""
    return f" and saved the result as {to}" if to else ""


def _rewritten(file: str, to: str, change: Callable[[list[str]], list[str]]) -> Silent:
    """Leave the changed lines of a file in `to`, or in the file itself."""
    lines = yield from read_lines(file)
    yield from write_lines(to or file, change(lines))


@plan(
    f"sort {_LINES} [in ascending order] {_TO}",
    "sort {file} {to:file}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def sort_lines(file: str, to: str = "") -> Steps:
    """Leave the lines in alphabetical order or, where all are numbers, in the order of their values."""
    yield from _rewritten(file, to, _sorted)
    return f"Sorted the lines of {file}{saved(to)}."


@plan(
    f"sort {_LINES} (in alphabetical order|into alphabetical order|alphabetically|from a to z) {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def sort_by_alphabet(file: str, to: str = "") -> Steps:
    """Leave the lines in alphabetical order, capital or not."""
    yield from _rewritten(file, to, _alphabetical)
    return f"Sorted the lines of {file} alphabetically{saved(to)}."


@plan(
    f"sort {_LINES} (in (reverse|descending) order|in reverse|descending|backwards) {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def sort_lines_down(file: str, to: str = "") -> Steps:
    """Leave the lines in the reverse of their order."""
    yield from _rewritten(file, to, lambda lines: _sorted(lines)[::-1])
    return f"Sorted the lines of {file} in descending order{saved(to)}."


@plan(
    f"sort {_LINES} (numerically|by number|by value|in numerical order) {_TO}",
    f"sort [all] [the] numbers (in|of|from) {{file}} [in ascending order|from (small|smallest|low|lowest) to "
    f"(big|biggest|large|largest|high|highest)] {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def sort_numbers(file: str, to: str = "") -> Steps:
    """Leave lines that are all numbers in the order of their values."""
    yield from _rewritten(file, to, _by_value)
    return f"Sorted the numbers of {file}{saved(to)}."


@plan(
    f"(reverse|flip) [the order of] [all] [the] lines (in|of|from) {{file}} {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def reverse_lines(file: str, to: str = "") -> Steps:
    """Leave the lines in the opposite order."""
    yield from _rewritten(file, to, lambda lines: lines[::-1])
    return f"Reversed the order of the lines of {file}{saved(to)}."


@plan(
    f"(remove|delete|drop|strip) [all] [the] (duplicate|duplicated|repeated) lines (in|of|from) {{file}} {_TO}",
    f"(remove|delete|drop) [all] [the] duplicates (in|of|from) {{file}} {_TO}",
    f"(dedupe|deduplicate|dedup) {_LINES} {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def drop_duplicates(file: str, to: str = "") -> Steps:
    """Leave every line once, where it stood first."""
    yield from _rewritten(file, to, lambda lines: list(dict.fromkeys(lines)))
    return f"Left every line of {file} once{saved(to)}."


@plan(
    f"(remove|delete|drop|strip) [all] [the] (blank|empty) lines (in|of|from) {{file}} {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def drop_blank_lines(file: str, to: str = "") -> Steps:
    """Leave the lines that have something in them."""
    yield from _rewritten(file, to, lambda lines: [line for line in lines if line.strip()])
    return f"Removed the blank lines of {file}{saved(to)}."


@plan(
    f"(trim|strip|remove) [all] [the] trailing (whitespace|white space|spaces) (in|of|from) {_LINES} {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def trim_lines(file: str, to: str = "") -> Steps:
    """Leave the lines without white space at their ends."""
    yield from _rewritten(file, to, lambda lines: [line.rstrip() for line in lines])
    return f"Removed the white space at the ends of the lines of {file}{saved(to)}."


@plan(
    f"number [all] [the] lines (in|of|from) {{file}} {_TO}",
    f"add line numbers to {{file}} {_TO}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def number_lines(file: str, to: str = "") -> Steps:
    """Leave `1. `, `2. ` … before the lines."""
    yield from _rewritten(file, to, lambda lines: [f"{at}. {line}" for at, line in enumerate(lines, start=1)])
    return f"Numbered the lines of {file}{saved(to)}."


def _sorted(lines: list[str]) -> list[str]:
    are_numbers = lines and all(number_of(line.strip()) is not None for line in lines)
    return _by_value(lines) if are_numbers else _alphabetical(lines)


def _alphabetical(lines: list[str]) -> list[str]:
    return sorted(lines, key=lambda line: (line.casefold(), line))


def _by_value(lines: list[str]) -> list[str]:
    values = [(number_of(line.strip()), line) for line in lines]
    known = [(value, line) for value, line in values if value is not None]
    if len(known) != len(lines):
        raise UnsureError("not every line is a number")
    return [line for _value, line in sorted(known)]


PLANS: tuple[Plan, ...] = (
    sort_lines,
    sort_by_alphabet,
    sort_lines_down,
    sort_numbers,
    reverse_lines,
    drop_duplicates,
    drop_blank_lines,
    trim_lines,
    number_lines,
)

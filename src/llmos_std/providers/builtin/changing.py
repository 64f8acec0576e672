"""Plans that change the text of a file, or make one file out of the text of others."""

import re

from llmos_std.providers.builtin.answers import counted, joined
from llmos_std.providers.builtin.ordering import differs, saved
from llmos_std.providers.builtin.searching import needle
from llmos_std.providers.builtin.steps import (
    Plan,
    Steps,
    UnsureError,
    Wish,
    plan,
    read,
    read_lines,
    write,
    write_lines,
)

_TO = "[(into|to|as|in) @new {to:file}|@result {to:file}]"
_ALL = "[all [the]|every|(all|every|each|any) (occurrence|occurrences|instance|instances) of]"


@plan(
    f"[find and] replace {_ALL} {{old:word}} (with|by) {{new:word}} (in|inside|of) {{file}} [everywhere]",
    f"(in|inside) {{file}} [,] replace {_ALL} {{old:word}} (with|by) {{new:word}}",
    f"change {_ALL} {{old:term}} (to|into) {{new:word}} in {{file}}",
    f"in {{file}} [,] change {_ALL} {{old:term}} (to|into) {{new:word}}",
    "replace (the|every) (text|string|phrase) {old:word} (with|by) {new:word} in {file}",
    tools="Edit",
    about="file",
    fits=lambda old, new, **_bindings: bool(old) and old != new,
)
def replace(file: str, old: str, new: str) -> Steps:
    """Leave `new` wherever the file had `old`, which must be there at least once."""
    yield Wish("Edit", {"path": file, "old": old, "new": new, "all": True})
    return f"Replaced {old!r} with {new!r} in {file}."


@plan(
    "replace (the|every) word {old:word} (with|by) [the word] {new:word} in {file}",
    tools="Read Edit",
    about="file",
    fits=lambda old, new, **_bindings: bool(old) and old != new,
)
def replace_word(file: str, old: str, new: str) -> Steps:
    """Like `replace`, but only when `old` never stands inside a longer word."""
    text = yield from read(file)
    if len(re.findall(rf"(?<!\w){re.escape(old)}(?!\w)", text)) != text.count(old):
        raise UnsureError(f"{old!r} is also a part of longer words in {file}")
    yield Wish("Edit", {"path": file, "old": old, "new": new, "all": True})
    return f"Replaced the word {old!r} with {new!r} in {file}."


_CONVERT = (
    "(convert|change|turn|transform) [all] [the] [(text|contents|content|letters|everything) (in|of)] {file}",
    "make (everything|all [the] text|the (text|content|contents)) (in|of) {file}",
)
_COPY = "(make|create|write|save) @a"


@plan(
    *(f"{convert} [all] [to|into|in] @uppercase [@result {{to:file}}]" for convert in _CONVERT),
    f"uppercase [the] [(text|contents|content) (in|of)] {{file}} {_TO}",
    f"{_COPY} @uppercase (copy|version) of {{file}} (@called|@into) {{to:file}}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def to_uppercase(file: str, to: str = "") -> Steps:
    """Leave the text in capital letters."""
    text = yield from read(file)
    yield from write(to or file, text.upper())
    return f"Changed the text of {file} to upper case{saved(to)}."


@plan(
    *(f"{convert} [all] [to|into|in] @lowercase [@result {{to:file}}]" for convert in _CONVERT),
    f"lowercase [the] [(text|contents|content) (in|of)] {{file}} {_TO}",
    f"{_COPY} @lowercase (copy|version) of {{file}} (@called|@into) {{to:file}}",
    tools="Read Write",
    about="to file",
    fits=differs,
)
def to_lowercase(file: str, to: str = "") -> Steps:
    """Leave the text in small letters."""
    text = yield from read(file)
    yield from write(to or file, text.lower())
    return f"Changed the text of {file} to lower case{saved(to)}."


@plan(
    "(concatenate|concat|join|merge|combine) [the] [contents of] {files} (into|to|in|as) [@a] [new] [single] [file] "
    "[@called] {to:file}",
    "(concatenate|concat|join|merge|combine) [the] [contents of] {files} @result {to:file}",
    tools="Read Write",
    about="to",
    fits=lambda files, to, **_bindings: to not in files,
)
def concatenate(files: tuple[str, ...], to: str) -> Steps:
    """Leave the texts of several files in one, in the order of the goal; each begins on a new line."""
    whole = ""
    for file in files:
        text = yield from read(file)
        whole += ("\n" if whole and not whole.endswith("\n") else "") + text
    yield from write(to, whole)
    return f"Put {joined(files)} together in {to}."


_WITH = "(containing|with|that contain|that have|which contain) @needle"


@plan(
    f"(extract|copy|save|write|filter) @lines {_WITH} (from|in|of) {{file}} (into|to|in) @new {{to:file}}",
    f"(find|extract|get|take) @lines {_WITH} (from|in|of) {{file}} @result {{to:file}}",
    f"(find|extract|get|take) @lines (from|in|of) {{file}} {_WITH} @result {{to:file}}",
    tools="Read Write",
    about="to",
    fits=differs,
)
def extract_lines(file: str, to: str, text: str = "", word: str = "") -> Steps:
    """Leave the lines that contain the text in another file."""
    lines = yield from read_lines(file)
    chosen = [line for line in lines if re.search(needle(text, word), line)]
    yield from write_lines(to, chosen)
    return f"Copied {counted(len(chosen), 'line')} of {file} to {to}."


@plan(
    f"(delete|remove|drop) @lines {_WITH} (from|in|of) {{file}}",
    f"(delete|remove|drop) @lines (from|in|of) {{file}} {_WITH}",
    tools="Read Write",
    about="file",
)
def drop_lines(file: str, text: str = "", word: str = "") -> Steps:
    """Leave only the lines that do not contain the text."""
    lines = yield from read_lines(file)
    kept = [line for line in lines if not re.search(needle(text, word), line)]
    if len(kept) == len(lines):
        raise UnsureError(f"no line of {file} contains {(text or word)!r}")
    yield from write_lines(file, kept)
    return f"Removed {counted(len(lines) - len(kept), 'line')} from {file}."


@plan(
    "(save|copy|write|extract) [the] first {number} lines (of|from|in) {file} (to|into|in|as) @new {to:file}",
    tools="Read Write",
    about="to",
    fits=differs,
)
def copy_first_lines(file: str, number: int, to: str) -> Steps:
    """Leave the first lines of a file in another."""
    lines = yield from read_lines(file)
    yield from write_lines(to, lines[:number])
    return f"Copied {counted(min(number, len(lines)), 'line')} of {file} to {to}."


PLANS: tuple[Plan, ...] = (
    replace,
    replace_word,
    to_uppercase,
    to_lowercase,
    concatenate,
    extract_lines,
    drop_lines,
    copy_first_lines,
)

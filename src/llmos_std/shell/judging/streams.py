"""Little helpers of the engine: loops over patterns, arguments of functions, output of several commands."""

import re
from collections.abc import Sequence

from llmos_std.shell.judging.state import State
from llmos_std.shell.judging.tables import ENDLESS
from llmos_std.shell.judging.values import HOLE, MAX_TEXTS, NOTHING, ORDER, Found, Hole, Stream, Text, joined, unknown

BUILT_IN = frozenset(
    [
        "echo",
        "printf",
        "cd",
        "test",
        "[",
        ":",
        "true",
        "false",
        "read",
        "export",
        "set",
        "local",
        "exit",
        "return",
        "shift",
    ]
)
"""Commands of the shell itself, which are not looked up anywhere."""

_SIZED = frozenset(["fallocate", "truncate", "head", "tail", "dd", "seq", "openssl", "perl", "python3"])


def as_names(item: Text) -> Text:
    """Return what a loop's variable is for a pattern: one of the names that it finds."""
    if not item.is_glob or item.holes:
        return item
    folder, _, name = item.text.rpartition("/")
    root = folder or ("/" if item.text.startswith("/") else ".")
    is_deep = "/" in folder.strip("./") and any(sign in folder for sign in "*?[")
    return unknown("names", Found((root.partition("*")[0] if is_deep else root,), bool(name.strip("*?./[]!^")), name))


def is_endless(words: Sequence[Text], *, is_written: bool) -> bool:
    """Say whether a command would write a file until the disk is full."""
    if not is_written and words[0].text not in ("fallocate", "truncate"):
        return False
    return (
        words[0].text == "yes"
        or (words[0].text == "cat" and any(word.text in ENDLESS for word in words[1:]))
        or any(
            re.fullmatch(r"-?-?\w*=?(\d+[TPE]|\d{3,}G|\d{6,}M)i?B?|\d{12,}", word.text)
            for word in words[1:]
            if words[0].text in _SIZED
        )
    )


def set_positional(state: State, arguments: Sequence[Text], *, zero: Sequence[Text] = ()) -> None:
    """Make texts the arguments $1, $2 … of a shell or function, and with `zero` one text $0."""
    if zero:
        state.variables["0"] = tuple(zero)
    many = next(filter(may_be_many, (*zero, *arguments)), Text())
    if many.text and not arguments:
        arguments = [many]
    state.variables["@"] = state.variables["*"] = tuple(arguments)
    for index in range(1, 10):
        state.variables[str(index)] = (arguments[index - 1],) if index <= len(arguments) else (many,)


def may_be_many(text: Text) -> bool:
    """Say whether an argument may stand for several: what comes in, what a loop left, what is split."""
    is_unknown = text.text == HOLE and text.raw in ("", "what comes in")
    return is_unknown or any(hole.is_split for hole in text.holes)


def appended(state: State, name: str, value: Text) -> Text:
    """Return a variable with a text after its own."""
    before = state.value(name)[0] if name in state.variables else Text()
    return joined([before, value])


def both(first: Stream, second: Stream) -> Stream:
    """Return what two commands write, one after the other."""
    if first is NOTHING or first == NOTHING:
        return second
    if second == NOTHING:
        return first
    if first.texts is not None and second.texts is not None and len(first.texts) + len(second.texts) > MAX_TEXTS:
        return Stream()
    if first.texts is not None and second.texts is not None:
        return Stream((*first.texts, *second.texts), first.hole, first.is_foreign or second.is_foreign)
    worse = max(
        (s for s in (first, second) if s.texts is None),
        key=lambda s: ORDER.index(s.hole.origin),
    )
    return Stream(
        None, worse.hole if worse.hole.origin != "names" else Hole("content"), first.is_foreign or second.is_foreign
    )

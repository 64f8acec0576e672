"""Find the value of an option among the words of a call."""

import re

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.values import Text


def value_of(call: Call, *names: str) -> Text | None:
    """Return the word after one of these options, or what is glued to it."""
    for index, word in enumerate(call.arguments):
        for name in names:
            if word.text == name:
                return call.arguments[index + 1] if index + 1 < len(call.arguments) else None
            if name.startswith("--") and word.text.startswith(name + "="):
                return Text(word.text.partition("=")[2], word.holes, word.is_glob, word.raw)
            if len(name) == 2 and re.fullmatch(rf"-[a-zA-Z]*{name[1]}", word.text):  # noqa: PLR2004
                return call.arguments[index + 1] if index + 1 < len(call.arguments) else None
    return None


def glued_to(call: Call, letter: str) -> list[Text]:
    """Return what is glued to a one-letter option, as in -f/etc/x; only where it looks like a path."""
    pattern = re.compile(rf"-[a-zA-Z]*?{letter}((?:[/~.]|\w+/).*)")
    found = ((word, pattern.fullmatch(word.text)) for word in call.arguments if not word.text.startswith("--"))
    return [Text(match.group(1), word.holes, word.is_glob, word.raw) for word, match in found if match]

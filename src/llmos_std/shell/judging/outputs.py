"""What a program writes, as far as it is known where its text comes from."""

import re

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.values import CONTENT, HOLE, PLAIN, Found, Hole, Stream, Text

_PASS_ON = frozenset(
    ["cat", "tac", "sort", "tail", "head", "uniq", "shuf", "pv", "buffer", "less", "more", "nl", "column", "comm"]
)
_PICK = frozenset(["grep", "egrep", "fgrep", "rg"])
_NARROW = re.compile(r"[A-Za-z0-9_]{3}")
_NAMED = frozenset(
    [
        "ls",
        "stat",
        "readlink",
        "realpath",
        "locate",
        "mlocate",
        "plocate",
        "which",
        "tree",
        "basename",
        "dirname",
        "rg",
        "grep",
    ]
)
_PROCESSES = frozenset(["ps", "pstree", "top", "w", "who", "pidof", "pinky"])
_NUMBERS = frozenset(
    ["seq", "expr", "nproc", "wc", "id", "factor", "arch", "uuidgen", "whoami", "hostname", "uname", "logname", "tty"]
)
_KEEPS_FOLDER = re.compile(r"s([/|,#])((?!\1)[^\\/]|\\[^/\n])*\1((?!\1)[^\\/~]|\\[^/\n])*\1[gI\d]*")


def output_of(call: Call, operands: list[Text]) -> Stream:  # noqa: PLR0911
    """Return what a program writes, as far as it is known where its text comes from."""
    if call.name in _PROCESSES:
        return Stream(None, Hole("processes"))
    if call.name in _NUMBERS:
        return PLAIN
    if call.name in ("basename", "dirname") and operands:
        return Stream((_folder_or_name(call.name, operands[0]),))
    if (
        call.name in _NAMED
        and (call.name not in ("grep", "rg") or call.has("lL", "--files-with-matches", "--files"))
        and not _reads_stdin(call, operands)
    ):
        return _names_below(call, operands)
    if not _reads_stdin(call, operands):
        return CONTENT
    if call.stdin.texts is not None:
        return (
            call.stdin
            if call.name in _PASS_ON and (not call.options or call.name in ("sort", "shuf"))
            else Stream(None, Hole("computed" if call.stdin.texts else "content"))
        )
    if call.name in ("md5sum", "sha256sum", "sha1sum", "wc"):
        return PLAIN
    hole = call.stdin.hole
    if hole.origin != "names" or hole.found is None:
        return call.stdin
    if call.name in _PASS_ON | _PICK:
        picked = hole.found.is_picked or (
            call.name in _PICK and not call.has("v") and any(map(_NARROW.search, (word.text for word in operands[:1])))
        )
        return Stream(None, Hole("names", Found(hole.found.roots, picked, hole.found.pattern)))
    return CONTENT


def _reads_stdin(call: Call, operands: list[Text]) -> bool:
    if call.name in ("grep", "egrep", "fgrep", "zgrep"):
        return len(operands) <= (0 if call.has("ef", "--regexp", "--file") else 1) and not call.has("rR")
    return (not operands and call.name not in ("ls", "tree", "seq")) or any(operand.text == "-" for operand in operands)


def _folder_or_name(name: str, path: Text) -> Text:
    if path.literal is not None:
        whole = path.text.rstrip("/") or "/"
        return Text(
            whole.rpartition("/")[2]
            if name == "basename"
            else (whole.rpartition("/")[0] or ("/" if whole.startswith("/") else "."))
        )
    if name == "basename":
        return Text(HOLE, (Hole("plain"),))
    return path if path.holes else Text(HOLE, (Hole("content"),))


def _known_names(call: Call, operands: list[Text]) -> Stream | None:
    """Return what programs write that look in the whole system, or follow links; None for all others."""
    if call.name in ("which", "whereis"):
        return Stream(None, Hole("names", Found(("/usr/bin",), True)))
    if call.name in ("locate", "mlocate", "plocate"):
        is_picked = all(_NARROW.search(operand.text) for operand in operands)
        return Stream(None, Hole("names", Found(("/",), is_picked, operands[0].text if operands else "")))
    if call.name == "readlink" or (call.name == "stat" and not any("%n" in word.text for word in call.arguments)):
        return CONTENT
    if call.name == "realpath" and len(operands) == 1:
        return Stream((operands[0],))
    return None


def _names_below(call: Call, operands: list[Text]) -> Stream:
    if call.name in ("grep", "rg"):
        operands = operands if call.has("e", "--regexp") or "--files" in call.options else operands[1:]
    if (known := _known_names(call, operands)) is not None:
        return known
    roots = tuple(operand.text for operand in operands if operand.text) or (".",)
    if len(operands) == 1 and operands[0].text == HOLE and operands[0].holes[0].found is not None:
        return Stream(None, operands[0].holes[0])
    if any(operand.worst() not in (None, "env", "plain") for operand in operands):
        return CONTENT
    if any(operand.is_glob for operand in operands):
        folders = tuple(root.rpartition("/")[0] or ("/" if root.startswith("/") else ".") for root in roots)
        names = [root.rpartition("/")[2] for root in roots]
        return Stream(None, Hole("names", Found(folders, all(name.strip("*?./[]!^") for name in names), names[0])))
    return Stream(None, Hole("names", Found(roots)))


def renamed(call: Call, scripts: list[str]) -> Stream | None:
    """Return the stream when a filter only changes letters inside of names that come in, None otherwise."""
    if ".." in "".join(scripts) or not all(_KEEPS_FOLDER.fullmatch(script) for script in scripts):
        return None
    texts = call.stdin.texts
    if texts and len(texts) == 1 and texts[0].is_glob and not texts[0].holes:
        folder = texts[0].text.rpartition("/")[0] or ("/" if texts[0].text.startswith("/") else ".")
        return Stream(None, Hole("names", Found((folder,), False)))
    found = (
        texts[0].holes[0].found
        if texts and len(texts) == 1 and texts[0].text == HOLE
        else call.stdin.hole.found
        if texts is None
        else None
    )
    return None if found is None else Stream(None, Hole("names", Found(found.roots, False)))

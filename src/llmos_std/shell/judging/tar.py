"""tar and jar: what is packed, where it is unpacked to, and which options run, write or read something else.

The words are read as tar does: letters without a dash take their values in turn, long options may be cut short, and a
folder counts for what comes after it.
"""

import re
from collections.abc import Callable, Iterator

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.values import CONTENT, Stream, Text
from llmos_std.shell.knowledge.wording import words

_VALUED = {"jar": "feC"}
_VALUED_BY_TAR = "bCfFgHIKLNTVX"
_SHORT = {
    "c": "create", "r": "append", "u": "update", "A": "catenate", "x": "extract", "C": "directory", "f": "file",
    "F": "info-script", "g": "listed-incremental", "I": "use-compress-program", "O": "to-stdout",
    "P": "absolute-names", "T": "files-from", "X": "exclude-from",
}  # fmt: skip
_LONG_WITH_VALUE = words(
    """
    add-file after-date blocking-factor checkpoint-action directory exclude exclude-from exclude-ignore
    exclude-ignore-recursive exclude-tag exclude-tag-all exclude-tag-under file files-from format group group-map
    hole-detection index-file info-script label level listed-incremental mode mtime new-volume-script newer newer-mtime
    no-quote-chars owner owner-map pax-option quote-chars quoting-style record-size rmt-command rsh-command sort
    sparse-version starting-file strip-components suffix tape-length to-command transform use-compress-program
    volno-file warning xattrs-exclude xattrs-include xform
    """
)
_LONG = _LONG_WITH_VALUE | words(
    """
    absolute-names absolute-paths append catenate concatenate create delete diff compare extract get list update
    one-top-level remove-files to-stdout force-local checkpoint
    """
)
_RUNS = words(
    """
    absolute-names absolute-paths checkpoint-action info-script new-volume-script rmt-command rsh-command to-command
    use-compress-program
    """
)
_WRITES = words("index-file volno-file listed-incremental")
_CHANGES = words("create append update catenate concatenate delete")
_PACKS = words("create append update")
_REMOTE = re.compile(r"[^/]+:")


class _Reading:
    """The words of a call as tar understands them: options by their long names, operands with their folder."""

    def __init__(self, call: Call) -> None:
        self.options: list[tuple[str, Text]] = []
        self.operands: list[Text] = []
        self.folders: list[Text] = []
        self._valued = _VALUED.get(call.name, _VALUED_BY_TAR)
        self._names = {**_SHORT, "P": "", "F": "", "I": ""} if call.name == "jar" else _SHORT
        rest = iter(call.arguments)
        for index, word in enumerate(rest):
            if index == 0 and not word.text.startswith("-"):
                self._letters(word, word.text, rest, is_old=True)
            elif word.text.startswith("--"):
                self._long(word, rest)
            elif word.text.startswith("-") and word.text != "-":
                self._letters(word, word.text[1:], rest, is_old=False)
            else:
                self.operands.append(_below(self.folders[-1] if self.folders else None, word))

    def has(self, names: frozenset[str]) -> bool:
        """Say whether one of these options is given, by whatever name."""
        return any(name in names for name, _ in self.options)

    def values(self, *names: str) -> list[Text]:
        """Return the values of options."""
        return [value for name, value in self.options if name in names]

    def _letters(self, word: Text, letters: str, rest: Iterator[Text], *, is_old: bool) -> None:
        for index, letter in enumerate(letters):
            value = Text()
            if letter in self._valued:
                glued = "" if is_old else letters[index + 1 :]
                value = Text(glued, word.holes, word.is_glob, word.raw) if glued else next(rest, Text())
                self._take(self._names.get(letter, ""), value)
                if glued:
                    return
            else:
                self._take(self._names.get(letter, ""), value)

    def _long(self, word: Text, rest: Iterator[Text]) -> None:
        name, sign, value = word.text[2:].partition("=")
        found = [name] if name in _LONG else [each for each in sorted(_LONG) if name and each.startswith(name)]
        given = Text(value, word.holes, word.is_glob, word.raw)
        if not sign and any(each in _LONG_WITH_VALUE for each in found):
            given = next(rest, Text())
        for each in found:
            self._take(each, given)

    def _take(self, name: str, value: Text) -> None:
        self.options.append((name, value))
        if name in ("directory", "one-top-level"):
            self.folders.append(_below(self.folders[-1] if self.folders else None, value))


def _below(folder: Text | None, path: Text) -> Text:
    """Return a path as it is meant by a program that goes into a folder first."""
    if folder is None or path.text.startswith(("/", "~")):
        return path
    return Text(f"{folder.text.rstrip('/')}/{path.text}", (*folder.holes, *path.holes), path.is_glob, path.raw)


def _tar(call: Call) -> Stream:
    given = _Reading(call)
    if given.has(_RUNS):
        call.ask("option-runs", f"{call.name} with such an option can run something, or leave the folder")
    for archive in given.values("file"):
        if _REMOTE.match(archive.text) and not given.has(frozenset(["force-local"])) and call.name != "jar":
            call.ask("remote-copy", f"{archive.shown} is on another machine")
        (call.write if given.has(_CHANGES) else call.read)(archive)
    for path in given.values(*_WRITES):
        call.write(path)
    if given.has(frozenset(["extract", "get"])):
        for folder in [] if given.has(frozenset(["to-stdout"])) else given.folders or [Text(".")]:
            call.write(folder)
    elif given.has(_PACKS):
        _packs(call, given)
    return CONTENT


def _packs(call: Call, given: _Reading) -> None:
    for path in [*given.operands, *given.values("add-file")]:
        call.read(path, is_deep=True)
        if given.has(frozenset(["remove-files"])):
            call.remove(path, is_deep=True)
    for names in given.values("files-from"):
        judge_list(call, names)


def judge_list(call: Call, names: Text) -> None:
    """Judge that files are read whose names stand in a list: they are known when another command has found them."""
    if names.text != "-" or (call.stdin.texts is None and call.stdin.hole.origin != "names"):
        return call.ask("unknown-path", f"which files are in the list {names.shown} is not known")
    for item in call.stdin.texts if call.stdin.texts is not None else [call.stdin.value()]:
        call.read(item)
    return None


JUDGES: dict[str, Callable[[Call], Stream]] = dict.fromkeys(("tar", "gtar", "bsdtar", "jar"), _tar)

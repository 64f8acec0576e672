"""Programs that pack and unpack files, and that cut them into pieces."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.options import glued_to, value_of
from llmos_std.shell.judging.tar import judge_list
from llmos_std.shell.judging.values import CONTENT, NOTHING, Stream, Text


def _unpack(call: Call) -> Stream:
    operands = call.operands()
    folder = value_of(call, "-d", "-o" if call.name in ("7z", "7za") else "-d", "--directory")
    operands = [word for word in operands if word is not folder]
    for archive in operands[:1]:
        call.read(archive)
    option = r"-o(.+)" if call.name in ("7z", "7za", "7zr") else r"-[a-ce-zA-Z]*d(.+)"
    glued = next((found.group(1) for word in call.arguments if (found := re.fullmatch(option, word.text))), "")
    shows = any(re.match(r"-(?!d)[a-zA-Z]*[lvtpzZ]", option) for option in call.options)
    if not shows or call.name != "unzip":
        call.write(folder if folder is not None else Text(glued or "."))
    if call.name == "unzip" and any(w.text == "-:" for w in call.arguments):
        call.ask("option-runs", "unzip -: leaves the folder")
    return CONTENT


def _zip(call: Call) -> Stream:
    if any(re.match(r"-[a-zA-Z]*T|--(unzip-command|test)|-m$|--move|-@", word.text) for word in call.arguments):
        call.ask("option-runs", "zip can run another program, or remove what it packed")
    operands = call.operands()
    if call.name in ("7z", "7za", "rar", "7zr"):
        verb, operands = (operands[0].text if operands else ""), operands[1:]
        if verb in ("l", "t", "h", "i"):
            for path in operands:
                call.read(path)
            return CONTENT
        if verb in ("x", "e"):
            return _unpack(call)
    if operands:
        call.write(operands[0])
    for path in operands[1:]:
        call.read(path, is_deep=True)
    return NOTHING


def _cpio(call: Call) -> Stream:
    if call.has("", "--rsh-command", "--absolute-filenames", "--to-stdout") and not call.has("", "--to-stdout"):
        call.ask("option-runs", "cpio could run another program, or leave the folder")
    if call.has("op", "--create", "--pass-through"):
        judge_list(call, Text("-"))
    if call.has("i", "--extract") and not call.has("t"):
        call.write(value_of(call, "-D", "--directory") or Text("."))
    for target in call.operands() if call.has("p", "--pass-through") else []:
        call.write(target)
    for name in ("-O", "-F"):
        if (archive := value_of(call, name)) is not None:
            if re.match(r"[^/]+:", archive.text):
                call.ask("remote-copy", f"{archive.shown} is on another machine")
            call.write(archive)
    return CONTENT


def _dd(call: Call) -> Stream:
    for word in call.arguments:
        name, _, value = word.text.partition("=")
        if name in ("of", "if"):
            (call.write if name == "of" else call.read)(Text(value, word.holes, word.is_glob, word.raw))
    words = [word.text for word in call.arguments]
    if any(re.match(r"if=/dev/(zero|u?random|full)", word) for word in words) and not any(
        word.startswith("count=") for word in words
    ):
        call.ask("endless", "it would write until the disk is full")
    return CONTENT


def _csplit(call: Call) -> Stream:
    for path in call.operands()[:1]:
        call.read(path)
    for prefix in (value_of(call, "-f", "--prefix") or Text("xx"), *glued_to(call, "f")):
        call.write(prefix)
    return NOTHING


def _split(call: Call) -> Stream:
    if call.has("", "--filter"):
        call.ask("option-runs", "split --filter runs a command")
    operands = [word for word in call.operands() if not re.fullmatch(r"\d+[kKmMgGbB]*", word.text)]
    for path in operands[:1]:
        call.read(path)
    for path in operands[1:] or [Text("x")]:
        call.write(path)
    return NOTHING


JUDGES: dict[str, Callable[[Call], Stream]] = {
    **dict.fromkeys(("unzip", "unrar", "unar", "unace", "cabextract"), _unpack),
    **dict.fromkeys(("zip", "7z", "7za", "7zr", "rar"), _zip),
    "cpio": _cpio,
    "dd": _dd,
    "split": _split,
    "csplit": _csplit,
}

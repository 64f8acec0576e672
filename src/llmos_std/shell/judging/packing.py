"""Programs that pack and unpack files, and that cut them into pieces."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.options import value_of
from llmos_std.shell.judging.values import CONTENT, NOTHING, Stream, Text


def _tar(call: Call) -> Stream:
    words = list(call.arguments)
    for word in words:
        if re.match(
            r"--?(to-c|checkpoint-a|use-c|I$|rsh|rmt|info-s|new-vol|absolute|P$|F$|T$|no-unq)|-[a-zA-Z]*[IPF]\b",
            word.text,
        ) or word.text.startswith(("--to-", "--checkpoint-action", "--use-compress")):
            call.ask("option-runs", f"tar {word.shown} can run something, or leave the folder")
    mode = words[0].text.lstrip("-") if words else ""
    if words and not words[0].text.startswith("--") and set("PIFT") & set(mode):
        call.ask("option-runs", f"tar {words[0].shown} can run something, or leave the folder")
    is_long = words[:1] and words[0].text.startswith("--")
    letters = "" if is_long else mode
    makes = (
        bool(set("cruA") & set(letters))
        or call.has("", "--create", "--append", "--update")
        or bool({"c", "r", "u"} & {word[1:2] for word in call.options if not word.startswith("--")})
    )
    extracts = "x" in letters or call.has("x", "--extract", "--get")
    folder = value_of(call, "-C", "--directory", "--one-top-level")
    archive = _archive(call, letters)
    if archive is not None:
        (call.write if makes else call.read)(archive)
    operands = [
        word
        for word in (words[1:] if not is_long else words)
        if not word.text.startswith("-") and word is not archive and word is not folder
    ]
    if extracts and not call.has("O", "--to-stdout"):
        call.write(folder if folder is not None else Text("."))
    elif makes:
        for path in operands:
            call.read(path if folder is None else _below(folder, path), is_deep=True)
    if call.has("", "--remove-files") or "--remove-files" in [w.text for w in words]:
        for path in operands:
            call.remove(path, is_deep=True)
    return CONTENT


def _below(folder: Text, path: Text) -> Text:
    """Return a path as it is meant by a program that goes into a folder first."""
    if path.text.startswith("/"):
        return path
    return Text(f"{folder.text.rstrip('/')}/{path.text}", (*folder.holes, *path.holes), path.is_glob, path.raw)


def _archive(call: Call, letters: str) -> Text | None:
    words = call.arguments
    if not words or ("f" not in letters and not call.has("f", "--file")):
        return None
    if "f" in letters and not words[0].text.startswith("-"):
        return words[1] if len(words) > 1 else None
    return value_of(call, "-f", "--file")


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
    if call.has("i", "--extract") and not call.has("t"):
        call.write(value_of(call, "-D", "--directory") or Text("."))
    for target in call.operands() if call.has("p", "--pass-through") else []:
        call.write(target)
    for name in ("-O", "-F"):
        if (archive := value_of(call, name)) is not None:
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


def _split(call: Call) -> Stream:
    if call.has("", "--filter"):
        call.ask("option-runs", "split --filter runs a command")
    operands = [
        word
        for word in call.operands()
        if not re.fullmatch(r"\d+[kKmMgGbB]*" + (r"|/.*/\S*|\{.*\}|%.*%" if call.name == "csplit" else ""), word.text)
    ]
    for path in operands[:1]:
        call.read(path)
    for path in operands[1:] or [Text("x")]:
        call.write(path)
    return NOTHING


JUDGES: dict[str, Callable[[Call], Stream]] = {
    **dict.fromkeys(("tar", "gtar", "bsdtar", "jar"), _tar),
    **dict.fromkeys(("unzip", "unrar", "unar", "unace", "cabextract"), _unpack),
    **dict.fromkeys(("zip", "7z", "7za", "7zr", "rar"), _zip),
    "cpio": _cpio,
    "dd": _dd,
    "split": _split,
    "csplit": _split,
}

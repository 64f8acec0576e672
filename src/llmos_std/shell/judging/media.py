"""Programs for pictures, sound and films: their file names may carry a format, a device, or a command in front."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.tables import judge_by_table, row_of
from llmos_std.shell.judging.values import Stream, Text
from llmos_std.shell.knowledge.wording import words

_PREFIXED = re.compile(r"(\w{2,}):(?!//)(.*)", re.DOTALL)
_FORMATS_THAT_ACT = words("msl mvg ephemeral url show win x screenshot print scan clipboard pango")
"""Formats of pictures that run something, remove or send a file, or look at the screen."""

_DEVICES = words(
    """
    x11grab gdigrab dshow avfoundation kmsgrab fbdev v4l2 video4linux2 alsa oss pulse jack openal sndio decklink
    iec61883 android_camera xcbgrab tee opengl sdl sdl2
    """
)
"""Formats of films that are a screen, a camera or a microphone, or several outputs in one."""

_OWN_OUTPUTS = words("ffmpeg avconv sox")
"""Programs that write every operand, as what they read is named by an option or comes first."""


def _media(call: Call) -> Stream:
    row = row_of(call.name)
    assert row is not None
    for before, word in zip([Text(), *call.arguments], call.arguments, strict=False):
        if word.text.startswith("|"):
            call.ask("option-runs", f"{call.name} would run {word.shown}")
        if before.text in ("-f", "-t", "-i") and word.text in _DEVICES:
            call.ask("device", f"{word.shown} is a device of this machine, or hides where it writes")
    call.arguments = [_without_format(call, word) for word in call.arguments]
    if call.name in _OWN_OUTPUTS:
        for path in call.operands()[1:] if call.name == "sox" else _outputs(call):
            call.write(path)
    return judge_by_table(call, row)


def _outputs(call: Call) -> list[Text]:
    """Return the words that may be outputs of ffmpeg: all but options and what it is told to read."""
    pairs = zip([Text(), *call.arguments], call.arguments, strict=False)
    return [word for before, word in pairs if before.text not in ("-i", "-attach") and not word.text.startswith("-")]


def _without_format(call: Call, word: Text) -> Text:
    """Return a file name without the format in front of it: what stays is a path, or text that is no danger as one."""
    found = _PREFIXED.fullmatch(word.text)
    if found is None and not word.text.startswith("@"):
        return word
    name, rest = (found.group(1).lower(), found.group(2)) if found else ("", word.text)
    if name in _FORMATS_THAT_ACT:
        call.ask("option-runs", f"the format {name} of {call.name} does more than holding a picture")
    is_list = rest.startswith("@")
    path = Text(rest.lstrip("@") or "x", word.holes, word.is_glob, word.raw)
    if is_list or name in ("concat", "subfile", "text", "file"):
        for part in path.text.split("|"):
            call.read(Text(part, word.holes))
    return path


JUDGES: dict[str, Callable[[Call], Stream]] = dict.fromkeys(
    words("convert magick identify mogrify montage composite gm ffmpeg ffprobe avconv sox soxi play"), _media
)

"""Which files of a workspace the commands of hooks name: their content is part of what is trusted.

A shell can name a file in more ways than can be read off its text; what a script itself runs is not seen either. So
every word that leads to a file counts, as it stands and below every folder that the command names.
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PROJECT = re.compile(r"\$\{?(?:LLMOS_PROJECT_DIR|CLAUDE_PROJECT_DIR|PWD)(?::?-[^}]*\})?\}?")
_WRITTEN_TO = re.compile(r"(?:\d|&)?>>?\|?\s*(?:\"[^\"]*\"|'[^']*'|[^\s;&|<>()]+)")
_ENDS = re.compile(r"[\s;&|<>()=:,`]+")
_QUOTES = str.maketrans("", "", "'\"\\")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_HERE = "\x00"


def commands_in(value: Any) -> Iterator[str]:
    """Yield every text that stands under a key `command`, at any depth of a JSON or TOML value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "command" and isinstance(inner, str):
                yield inner
            else:
                yield from commands_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from commands_in(inner)


def named_files(workspace: Path, commands: Iterable[str]) -> list[Path]:
    """Return the files of the workspace that these commands name, sorted; what they only write to is left out."""
    found: set[Path] = set()
    for command in commands:
        words = _words(command)
        places = [_place(workspace, workspace, word) for word in words]
        folders = [place for place in places if place is not None and place.is_dir() and place != workspace]
        below = [_place(workspace, folder, word) for folder in folders for word in words]
        found |= {place for place in (*places, *below) if place is not None and _is_file(place)}
    return sorted(found)


def _words(command: str) -> list[str]:
    """Return all that can be a word of the command; the variables for the project's folder become a mark."""
    text = _PROJECT.sub(_HERE, _WRITTEN_TO.sub(" ", command))
    words = {*_ENDS.split(text.translate(_QUOTES)), *(word for pair in _QUOTED.findall(text) for word in pair)}
    with suppress(ValueError):  # the shell itself will complain
        words |= set(shlex.split(text))
    return sorted(word for word in words if word.strip("./"))


def _place(workspace: Path, folder: Path, word: str) -> Path | None:
    """Return where a word leads, seen from a folder; None when that is outside the workspace."""
    path = os.path.normpath(folder / word.replace(_HERE, str(workspace)))
    for root in (str(workspace), os.path.realpath(workspace)):
        if path == root or path.startswith(root.rstrip(os.sep) + os.sep):
            return workspace / os.path.relpath(path, root)
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False

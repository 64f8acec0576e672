"""What a value that came from an output may not become: a program, a folder elsewhere, a host nobody knew.

Nor anything of another kind than what stood in its place before. Outputs may be strangers' words. What the goal says,
or what recorded runs already used in that place, is no news.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from llmos_std.learning.kinds import is_alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from llmos_std.learning.explaining import Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.looping import Each
    from llmos_std.learning.programs import Program

_PROGRAMS = frozenset({"command", "cmd", "code", "script", "argv", "args", "program", "executable", "shell"})
_OF_CODE = frozenset({"command", "code", "script", "program", "sql", "expression"})
_HOSTS = frozenset({"host", "hostname", "domain", "server", "endpoint", "url", "uri", "remote", "origin", "proxy"})
_PATHS = frozenset(
    {"path", "file", "filename", "file_path", "filepath", "folder", "directory", "dir", "cwd", "source", "destination"}
    | {"target", "src", "dst"}
)
_ENDS_OF_HOSTS = "/?#\\ \t\r\n\"'<>"
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"']@([^\s@<>()\[\],;:\"']+)")


def writes_code(program: Program, each: Each | None) -> bool:
    """Say whether a changing value would go into something that is executed: that is never done without a model."""
    if each is not None and any(path[-1] in _OF_CODE for path, _ in each.shape.inner):
        return True
    return any(
        path[-1] in _OF_CODE and any(key[0] != "const" for key in space)
        for of_step in program.spaces
        for path, space in of_step.items()
    )


def may_be_bound(path: Path, value: Any, space: Space, goal: str, seen: Iterable[str]) -> bool:
    """Say whether a value may be bound to a leaf, by where it came from.

    `seen` are the recorded values of the leaf, as JSON. A value that something else than an output explains passes.
    """
    if any(key[0] != "out" for key in space):
        return True
    return not is_strange(argument_name(path), value, goal, [json.loads(text) for text in seen])


def is_strange(name: str, value: Any, goal: str, seen: Sequence[Any]) -> bool:
    """Say whether an output has no business to give an argument of this name such a value.

    `seen` are the values that it had in recorded runs; what is among them, or what the goal says, is no news.
    """
    if any(value == one and type(value) is type(one) for one in seen) or (
        isinstance(value, str) and is_said(value, goal)
    ):
        return False
    if not isinstance(value, str):
        return not is_alike(value, seen)
    known = [one for one in seen if isinstance(one, str)]
    if name in _PROGRAMS or not is_alike(value, seen):
        return True
    hosts = set(_hosts(value, is_bare=name in _HOSTS))
    if not hosts <= {host for text in (*known, goal) for host in _hosts(text, is_bare=text is not goal)}:
        return not all(is_said(host, goal.lower()) for host in hosts)
    return name in _PATHS and not _is_near(value, known)


def is_said(text: str, goal: str) -> bool:
    """Say whether a goal has a text in it that is no mere part of a word."""
    if not text:
        return True
    before, after = (r"(?<!\w)" if text[0].isalnum() else "", r"(?!\w)" if text[-1].isalnum() else "")
    return re.search(before + re.escape(text) + after, goal) is not None


def argument_name(path: Path) -> str:
    """Return the name of the argument that a leaf belongs to."""
    return next((key.lower() for key in reversed(path) if isinstance(key, str)), "")


def _is_near(value: str, known: Iterable[str]) -> bool:
    """Say whether a path stays below where it is meant from, or lies in the very folder of a recorded one."""
    plain = posixpath.normpath(value.replace("\\", "/"))
    if not plain.startswith(("/", "../", "~")) and plain != ".." and plain[1:2] != ":":
        return True
    folder = posixpath.dirname(plain)
    return any(posixpath.dirname(posixpath.normpath(text.replace("\\", "/"))) == folder for text in known)


def _hosts(text: str, *, is_bare: bool) -> Iterator[str]:
    """Yield the hosts of every address in a text, also of mail; with `is_bare` also of a text without any scheme."""
    yield from (found.rstrip(".").lower() for found in _MAIL.findall(text))
    pieces = text.lower().split("://")
    rests = pieces[1:] or (pieces if is_bare else [])
    for rest in rests:
        end = min((at for mark in _ENDS_OF_HOSTS if (at := rest.find(mark)) >= 0), default=len(rest))
        host = rest[:end].rpartition("@")[2]
        yield host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]

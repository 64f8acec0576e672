"""What a trace would do, read off its own text: paths, hosts, programs. It is shown to people, never believed.

What the tools of today make of the same calls is decided anew by the gates, at every replay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.types.trace import Trace

_PATH_KEYS = frozenset({"path", "file", "file_path", "folder", "directory", "cwd", "source", "destination", "target"})
_PROGRAM_KEYS = frozenset({"command", "code", "script", "argv", "cmd"})
_ENDS_OF_HOSTS = "/?#\"'<>\\ \t\n"


class Reach(Record):
    """Paths, hosts and programs that the arguments of a trace name, each once, in their order."""

    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    programs: tuple[str, ...]


def reach_of(trace: Trace) -> Reach:
    """Return what the steps of a trace name."""
    leaves = [leaf for step in trace.steps for leaf in _leaves("", dict(step.arguments))]
    paths = (text for key, text in leaves if key in _PATH_KEYS)
    programs = (text for key, text in leaves if key in _PROGRAM_KEYS)
    hosts = (host for _, text in leaves for host in hosts_in(text))
    return Reach(paths=_once(paths), hosts=_once(hosts), programs=_once(programs))


def hosts_in(text: str) -> Iterator[str]:
    """Yield the host of every address with a scheme, in lower case, without user and port."""
    for rest in text.split("://")[1:]:
        end = min((at for mark in _ENDS_OF_HOSTS if (at := rest.find(mark)) >= 0), default=len(rest))
        host = rest[:end].rpartition("@")[2].lower()
        host = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
        if host:
            yield host


def _leaves(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(name, each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(key, each)


def _once(texts: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))

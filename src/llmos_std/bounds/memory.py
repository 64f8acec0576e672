"""Where each bounded tool was last told to go, kept in the user's own state: a machine stays put between runs.

A place is one point when its call ended well, and several while nobody knows how far a call came: then the machine is
somewhere between them. One tool name is one machine, whatever the workspace.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_core.types.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = "bounds"
"""Where places are, in the user's state."""


class Place(Record):
    """Where a machine is: in the convex hull of `points`. `began` is when the last call that moved it began."""

    points: tuple[Mapping[str, Fraction], ...]
    began: datetime

    @property
    def is_known(self) -> bool:
        """True when the last call ended well."""
        return len(self.points) == 1


class Places:
    """The places of all tools; any number of processes may share them. What cannot be believed is a StorageError."""

    def __init__(self, user_state: Path) -> None:
        self._folder = user_state / FOLDER

    def get(self, tool: str) -> Place | None:
        """Return where a tool's machine is; None when nobody knows."""
        path = self._path(tool)
        try:
            stored = json.loads(path.read_bytes())
            facts = stored["facts"]
            if stored["sum"] != _sum(facts):
                raise ValueError("its checksum does not fit")  # noqa: TRY301 – one message for all damage
            points = tuple({name: Fraction(value) for name, value in point.items()} for point in facts["points"])
            return Place(points=points, began=datetime.fromisoformat(facts["began"]))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError) as error:
            raise StorageError(_damaged(tool, path, str(error))) from error
        except OSError as error:
            raise StorageError(_damaged(tool, path, error.strerror or str(error))) from error

    def put(self, tool: str, place: Place | None) -> None:
        """Remember durably where a tool's machine is; None forgets it. Raises StorageError."""
        from llmos_std.storage.files import write_private_file

        path = self._path(tool)
        try:
            if place is None:
                path.unlink(missing_ok=True)
                return
            points = [{name: str(value) for name, value in point.items()} for point in place.points]
            facts = {"tool": tool, "points": points, "began": place.began.isoformat()}
            write_private_file(path, json.dumps({"facts": facts, "sum": _sum(facts)}).encode())
        except OSError as error:
            raise StorageError(f"{path} cannot be written ({error.strerror}), so {tool} is not called") from error

    @contextmanager
    def open_alone(self) -> Iterator[None]:
        """Keep every other process from changing a place for the block. Raises StorageError."""
        from llmos_std.storage.files import make_private_folder

        try:
            make_private_folder(self._folder)
            handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise StorageError(f"{self._folder} cannot be used ({error.strerror})") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _path(self, tool: str) -> Path:
        key = hashlib.sha256(tool.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{key}.json"


def _sum(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def _damaged(tool: str, path: Path, found: str) -> str:
    return (
        f"where {tool} was last told to go cannot be read from {path} ({found}); look where its machine is, then: "
        f"llmos bounds forget {tool}"
    )

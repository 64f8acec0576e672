"""The book of one run: a line for what was kept before each step, and for what was there after it.

Lines are only added. Each ends with a checksum, so a torn or changed one is noticed and never taken for something else.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from llmos_core.errors import StorageError
from llmos_core.types.record import Record

SUFFIX = ".jsonl"
"""How the name of a book ends; before that stands the id of its run."""

_MARK = b',"sum":"'
_SUM_DIGITS = 32
_TAIL_BYTES = len(_MARK) + _SUM_DIGITS + 2
_APPEND = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class Book(Record):
    """What is written about one run. `damaged_lines` counts lines that cannot be read, but for a torn last one."""

    run_id: str
    lines: tuple[dict[str, Any], ...] = ()
    damaged_lines: int = 0


def book_path(folder: Path, run_id: str) -> Path:
    """Return where the book of a run is. Raises StorageError for what cannot be the id of a run."""
    if not run_id or run_id.startswith(".") or "/" in run_id or "\0" in run_id:
        raise StorageError(f"{run_id!r} cannot be the id of a run, so nothing can be kept for it")
    return folder / f"{run_id}{SUFFIX}"


def write_line(path: Path, facts: dict[str, Any]) -> None:
    """Add a line, durably; OSError when that fails."""
    body = json.dumps(facts, separators=(",", ":"), allow_nan=False).encode("ascii")
    line = body[:-1] + _MARK + _sum(body) + b'"}\n'
    try:
        descriptor, is_new = os.open(path, _APPEND), False
    except FileNotFoundError:
        descriptor, is_new = _made(path), True
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line  # of a write that was cut off
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)  # nobody was told that it is kept
            raise
    finally:
        os.close(descriptor)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read_book(path: Path) -> Book:
    """Read what is written about a run. Raises StorageError when the file cannot be read."""
    try:
        *whole, rest = path.read_bytes().split(b"\n")
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror})") from error
    read = [facts_of(line) for line in (*whole, rest) if line]
    if rest and read[-1] is None:
        read.pop()  # the call that it was about never happened
    lines = tuple(facts for facts in read if facts is not None)
    return Book(run_id=path.name.removesuffix(SUFFIX), lines=lines, damaged_lines=len(read) - len(lines))


def facts_of(line: bytes) -> dict[str, Any] | None:
    """Return what a line without its newline says; None when its bytes are not what was written."""
    body, tail = line[:-_TAIL_BYTES] + b"}", line[-_TAIL_BYTES:]
    if tail != _MARK + _sum(body) + b'"}':
        return None
    facts = json.loads(body)
    return facts if isinstance(facts, dict) else None


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:_SUM_DIGITS].encode()


def _made(path: Path) -> int:
    flags = _APPEND | os.O_CREAT
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        from llmos_std.storage.files import make_private_folder

        make_private_folder(path.parent)
        return os.open(path, flags, 0o600)

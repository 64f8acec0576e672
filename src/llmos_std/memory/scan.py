"""Bring the index up to the folder: one look at every file, and a reading of those that are new or changed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from llmos_std.memory import files
from llmos_std.memory.entries import entry_of
from llmos_std.storage.files import open_folder_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_std.memory.entries import Entry
    from llmos_std.memory.library import Library

_PATIENCE_S = 30.0
_BATCH = 200


def scan(library: Library, *, only_if_behind: bool) -> tuple[str, ...] | None:
    """Index what is new or changed, forget what is gone, and return one sentence per file that cannot be opened.

    One process scans at a time; with `only_if_behind` the others find the work done, and None is returned. After 30 s
    they do it themselves, which is only slower. Raises StorageError when the folder cannot be read.
    """
    try:
        with open_folder_lock(library.folder, timeout_s=_PATIENCE_S):
            stamp = files.stamp_of(library.folder)
            if only_if_behind and stamp is not None and library.index.is_at(stamp):
                return None
            return _scan(library)
    except TimeoutError:
        return _scan(library)
    except OSError as error:
        raise files.unreadable(library.folder, error) from error


def _scan(library: Library) -> tuple[str, ...]:
    index = library.index
    index.begin_again_if_keys_changed()
    stamp = files.mark(library.folder)
    known = {
        name: (mtime_ns, size) for name, mtime_ns, size in index.database.rows("SELECT name, mtime_ns, size FROM files")
    }
    changed: list[bytes] = []
    problems: list[str] = []
    for name, facts in files.trace_files(library.folder):
        key = os.fsencode(name)
        if not stat.S_ISREG(facts.st_mode):
            problems.append(f"{library.folder / name} is not a regular file; put the trace itself in its place")
        elif known.pop(key, None) != (facts.st_mtime_ns, facts.st_size):
            changed.append(key)
    for start in range(0, len(changed), _BATCH):
        entries = list(_entries(library, changed[start : start + _BATCH], problems))
        with index.open_transaction() as connection:
            library.put(connection, entries)
    _finish(library, known, stamp)
    return tuple(problems)


def _entries(library: Library, names: list[bytes], problems: list[str]) -> Iterator[Entry]:
    """Yield what the index keeps of each file; one that cannot be opened becomes a problem, and is tried again."""
    for name in names:
        path = library.path(name)
        try:
            data, facts = files.read_file(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(str(files.unreadable(path, error)))
        else:
            yield entry_of(library, name, data, facts)


def _finish(library: Library, gone: dict[bytes, tuple[int, int]], stamp: str | None) -> None:
    """Forget files that are really gone (one may have come while we looked), and note how far the index is."""
    absent = [name for name in gone if not library.path(name).is_file()]
    if stamp is None or (library.index.is_at(stamp) and not absent):
        return
    with library.index.open_transaction() as connection:
        library.index.forget(connection, absent)
        library.index.set_stamp(connection, stamp)

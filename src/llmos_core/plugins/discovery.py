"""Find the entry points of llmos plugins by reading folders; nothing is imported.

`importlib.metadata` takes longer to import than the whole look-up, so the folders of `sys.path` are read directly.
As for imports, the first distribution of a name on the path wins. Wheels, editable installs and `pip install --target`
folders are seen; distributions inside zip files are not.
"""

import os
import sys
from collections.abc import Iterable, Iterator

from llmos_core.contrib import GROUP
from llmos_core.types.record import Record

_SUFFIXES = (".dist-info", ".egg-info")
_HEAD_BYTES = 4096


class EntryPoint(Record):
    """One line of one installed distribution: `value` is "module" or "module:attribute"; `folder` is on sys.path."""

    name: str
    value: str
    distribution: str
    version: str
    folder: str


def discover(search_path: Iterable[str] | None = None, *, group: str = GROUP) -> tuple[EntryPoint, ...]:
    """Return every entry point of `group` on `search_path` (default: sys.path), in the order of the path.

    Folders and files that cannot be read are passed over, as the import system does.
    """
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder in sys.path if search_path is None else search_path:
        for entry in _metadata_folders(folder):
            stem, _, rest = entry.rpartition(".")[0].partition("-")
            key = normalised(stem)
            if key not in seen:
                seen.add(key)
                found += _entry_points(folder, entry, group, fallback=(stem, rest.partition("-")[0]))
    return tuple(found)


def normalised(name: str) -> str:
    """Return a distribution or plugin name as it is compared: lower case, with `-` for `_` and `.`."""
    return name.lower().replace("_", "-").replace(".", "-")


def parse_group(text: str, group: str) -> Iterator[tuple[str, str]]:
    """Yield (name, value) for each line of one group of an `entry_points.txt`; extras are dropped."""
    is_inside = False
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            is_inside = line == f"[{group}]"
        elif is_inside and line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.partition("[")[0].replace(" ", "")


def _metadata_folders(folder: str) -> list[str]:
    try:
        names = os.listdir(folder or ".")  # noqa: PTH208 – a Path for each of hundreds of names costs a millisecond
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(_SUFFIXES))


def _entry_points(folder: str, entry: str, group: str, *, fallback: tuple[str, str]) -> list[EntryPoint]:
    inside = f"{folder or '.'}{os.sep}{entry}{os.sep}"
    content = _read(f"{inside}entry_points.txt")
    if group.encode() not in content:
        return []
    pairs = list(parse_group(content.decode("utf-8", "replace"), group))
    distribution, version = _name_and_version(inside, fallback) if pairs else fallback
    return [
        EntryPoint(name=name, value=value, distribution=distribution, version=version, folder=folder)
        for name, value in pairs
    ]


def _name_and_version(inside: str, fallback: tuple[str, str]) -> tuple[str, str]:
    head = _read(f"{inside}METADATA", _HEAD_BYTES) or _read(f"{inside}PKG-INFO", _HEAD_BYTES)
    fields: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            break
        fields.setdefault(key.lower(), value.strip())
    return fields.get("name") or fallback[0], fields.get("version") or fallback[1]


def _read(path: str, limit: int = -1) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 – Path.open costs three times as much
            return file.read(limit)
    except OSError:
        return b""

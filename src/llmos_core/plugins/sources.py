"""Tell from its source files, without running them, whether a plugin that cannot be imported may have offered a kind.

Only a plain no counts: files that cannot be found or read, or a star import in the plugin's module, mean "perhaps".
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from llmos_core.plugins.discovery import normalised

_MOST_FILES = 2000
_MOST_BYTES = 2_000_000


def may_offer(value: str, folder: str, distribution: str, hook: str) -> bool:
    """Return False only when none of the plugin's files so much as names the hook.

    `value` is the entry point's, `folder` where its metadata lies.
    """
    module = value.partition(":")[0]
    files = list(islice(_files(module, folder, distribution), _MOST_FILES + 1))
    if not files or len(files) > _MOST_FILES:
        return True
    return any(_names(path, hook, is_plugin=path.stem == module.rpartition(".")[2]) for path in files)


def _files(module: str, folder: str, distribution: str) -> Iterator[Path]:
    """Yield the Python files of the module's top package, wherever it would be imported from, and of the wheel.

    What the wheel lists and is not there any more counts as a file that cannot be read.
    """
    yield from _recorded(Path(folder or "."), distribution)
    top = module.partition(".")[0]
    for entry in dict.fromkeys((folder, *sys.path)):
        home = Path(entry or ".")
        if top.isidentifier() and (home / top).is_dir():
            yield from (home / top).rglob("*.py")
            return
        if top.isidentifier() and (home / f"{top}.py").is_file():
            yield home / f"{top}.py"
            return


def _recorded(folder: Path, distribution: str) -> Iterator[Path]:
    """Yield the Python files that the wheel's own list names."""
    for info in folder.glob("*.dist-info"):
        if normalised(info.name.partition("-")[0]) == normalised(distribution):
            try:
                lines = (info / "RECORD").read_text("utf-8", "replace").splitlines()
            except OSError:
                return
            yield from _python_files(folder, lines)


def _python_files(folder: Path, lines: Iterable[str]) -> Iterator[Path]:
    for line in lines:
        name = line.partition(",")[0].strip('"')
        if name.endswith(".py"):
            yield folder / name


def _names(path: Path, hook: str, *, is_plugin: bool) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 – read as bytes, bounded
            content = file.read(_MOST_BYTES + 1)
    except OSError:
        return True
    hidden = is_plugin and b"import *" in content
    return hook.encode() in content or hidden or len(content) > _MOST_BYTES

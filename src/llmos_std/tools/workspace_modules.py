"""Run the Python files of a workspace's plugins folder, exactly the bytes that were judged, and keep what came of it.

Loading runs the files' code. Whether the folder is trusted, the caller has to know before.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from llmos_core.types.json import text_digest
from llmos_core.types.record import Record


class Loaded(Record, kw_only=False):
    """The modules of a folder by name, and for each that could not be run one sentence that names its file."""

    folder: Path
    modules: Mapping[str, ModuleType]
    broken: Mapping[str, str]

    def path(self, name: str) -> Path:
        """Return the file of a module."""
        return self.folder / f"{name}.py"


def load_modules(folder: Path, sources: Mapping[str, bytes]) -> Loaded:
    """Run these sources of `folder`, by module name and in the order of names; no file is read.

    A module whose name begins with an underscore or a dot is a helper and is passed over.
    """
    modules, broken = dict[str, ModuleType](), dict[str, str]()
    for name, source in sorted(sources.items()):
        if name.startswith(("_", ".")):
            continue
        path = folder / f"{name}.py"
        try:
            modules[name] = _run(path, source)
        except Exception as error:  # noqa: BLE001 – a user's file may raise anything
            broken[name] = f"{path}: {described(error)}"
    return Loaded(folder, modules, broken)


def described(error: Exception) -> str:
    """Return what is wrong with a file, and the next step."""
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}; mend the file"
    return f"{type(error).__name__}: {error}; mend the file, or move it out of the folder"


def _run(path: Path, source: bytes) -> ModuleType:
    name = f"llmos_workspace_{text_digest(str(path.resolve()))[:16]}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # type hints and dataclasses look their module up there
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102 – the point
    except SystemExit as error:
        del sys.modules[name]
        raise RuntimeError(f"it ends the program (exit {error.code})") from error
    except BaseException:
        del sys.modules[name]
        raise
    return module

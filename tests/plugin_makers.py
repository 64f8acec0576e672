"""Makes distributions with plugins in a folder, as pip would leave them, without installing anything."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

IMPORTS = """
from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl
"""

TOOL = IMPORTS + dedent("""
    @hookimpl
    def llmos_tools():
        return (Contribution(name="{name}", summary="a tool", factory="somewhere:open_tool"),)
    """)


def make_distribution(
    folder: Path,
    name: str,
    plugins: Mapping[str, str],
    *,
    version: str = "1.0",
    modules: Mapping[str, str] | None = None,
    kind: str = "dist-info",
) -> Path:
    """Write metadata (entry points: name → value) and modules (name → source); return the metadata folder."""
    stem = name.replace("-", "_")
    info = folder / (f"{stem}-{version}.dist-info" if kind == "dist-info" else f"{stem}.egg-info")
    info.mkdir(parents=True)
    head = "METADATA" if kind == "dist-info" else "PKG-INFO"
    (info / head).write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nA text: with a colon\n")
    lines = [f"{plugin} = {value}" for plugin, value in plugins.items()]
    (info / "entry_points.txt").write_text("\n".join(["[console_scripts]", "x = y:z", "", "[llmos.plugins]", *lines]))
    for module, source in (modules or {}).items():
        (folder / f"{module}.py").write_text(dedent(source))
    return info


@contextmanager
def importable(*folders: Path) -> Iterator[None]:
    """Put folders on sys.path, and forget afterwards what was imported from them."""
    before, path = set(sys.modules), list(sys.path)
    sys.path[:0] = [str(folder) for folder in folders]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(tuple(map(str, folders))):
                del sys.modules[name]

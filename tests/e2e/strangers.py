"""Packages of strangers, as really installed by pip: wheels made here, installed into a folder of their own."""

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

HEAD = "from llmos_core.contrib import Contribution, Role\nfrom llmos_core.hookspecs import hookimpl\n\n"


def hook(name: str, *contributions: str, before: str = "") -> str:
    """Return the source of a plugin module with one hook that offers these contributions."""
    offered = "".join(f"Contribution({one}),\n        " for one in contributions)
    return f"{HEAD}{dedent(before)}\n@hookimpl\ndef {name}():\n    return (\n        {offered})\n"


def wheel(
    folder: Path, name: str, files: Mapping[str, str], *, plugins: Mapping[str, str], version: str = "1.0"
) -> Path:
    """Make a wheel with these files (path → source) and entry points in the group of plugins (name → value)."""
    stem = name.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    points = "".join(f"{plugin} = {value}\n" for plugin, value in plugins.items())
    content = {
        **{path: dedent(text) for path, text in files.items()},
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if plugins:
        content[f"{info}/entry_points.txt"] = f"[llmos.plugins]\n{points}"
    content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"])
    made = folder / f"{stem}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in content.items():
            archive.writestr(path, text)
    return made


def pip_install(site: Path, *wheels: Path) -> Path:
    """Install wheels into a folder with the pip of this Python and return the folder."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--target", str(site), *map(str, wheels)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return site

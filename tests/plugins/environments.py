"""Wheels of this repository's projects, and virtual environments that hold nothing but them and what they need.

What the projects need from elsewhere is lent by the environment that runs the tests, as a folder of links beside the
fresh one: that takes no network and no time. What is not there to be lent, pip fetches.
"""

import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docs_scene import ROOT, write_command

PROJECTS = (ROOT, *sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml")))
"""Every project of this repository: llmos, then its plugins."""

Table = dict[str, Any]


def described(project: Path) -> Table:
    """Return a project's pyproject.toml."""
    return tomllib.loads((project / "pyproject.toml").read_text("utf-8"))


class Wheels:
    """The wheels of this repository's projects by name, each built when it is first asked for, into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._built: dict[str, Path] = {}

    def __getitem__(self, name: str) -> Path:
        if name not in self._built:
            project = next(one for one in PROJECTS if described(one)["project"]["name"] == name)
            before = set(self.folder.iterdir())
            command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
            _run([*command, "--wheel-dir", str(self.folder), str(project)])
            (self._built[name],) = set(self.folder.iterdir()) - before
        return self._built[name]


class Environment:
    """One virtual environment; `search` are folders outside of it where it finds packages as well."""

    def __init__(self, folder: Path, *, search: Iterable[Path], with_pip: bool = False) -> None:
        venv.create(folder, with_pip=with_pip, symlinks=True)
        self.bin = folder / "bin"
        self.python = self.bin / "python"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.site = folder / "lib" / version / "site-packages"
        self.search = tuple(search)
        (self.site / "elsewhere.pth").write_text("".join(f"{path}\n" for path in self.search))

    def install(self, *targets: Path) -> None:
        """Install wheels or projects; what they need and nobody lends is fetched."""
        _run([str(self.python), "-m", "pip", "install", "--quiet", "--no-build-isolation", *map(str, targets)])

    def layer(self, folder: Path, *, wheels: Path) -> "Environment":
        """Return a new environment on top of this one, with its own `llmos`, and a `pip` that asks no index."""
        layer = Environment(folder, search=(self.site, *self.search))
        write_command(layer.bin / "llmos", f"#!{layer.python}\nfrom llmos_std.cli.main import main\n\nmain()\n")
        offline = f"--quiet --no-index --no-build-isolation --find-links {wheels}"
        write_command(
            layer.bin / "pip", f'#!/bin/sh\nverb=$1\nshift\nexec {layer.python} -m pip "$verb" {offline} "$@"\n'
        )
        return layer


def lend(folder: Path) -> Path:
    """Fill a folder with links to everything that the projects need and that is installed here; return it."""
    folder.mkdir()
    for one in _needed(_requirements()):
        for file in one.files or ():
            top = file.parts[0]
            if top not in {"..", "__pycache__"} and not (folder / top).exists():
                (folder / top).symlink_to(str(one.locate_file(top)))
    return folder


def _requirements() -> Iterator[Requirement]:
    """Yield what the projects need to be built, to run and to be tested, without the projects themselves."""
    tables = [described(project) for project in PROJECTS]
    own = {canonicalize_name(table["project"]["name"]) for table in tables}
    for table in tables:
        extras: Mapping[str, list[str]] = table["project"].get("optional-dependencies", {})
        for text in (
            *table["build-system"]["requires"],
            *table["project"].get("dependencies", ()),
            *extras.get("testing", ()),
        ):
            wanted = Requirement(text)
            if canonicalize_name(wanted.name) not in own:
                yield wanted


def _needed(wanted: Iterable[Requirement]) -> list[Distribution]:
    """Return every installed distribution that is wanted, or wanted by one that is."""
    found: dict[tuple[str, frozenset[str]], Distribution] = {}
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        key = str(canonicalize_name(one.name)), frozenset(one.extras)
        if key in found or not _applies(one, frozenset({""})):
            continue
        try:
            found[key] = distribution(one.name)
        except PackageNotFoundError:
            continue
        below = map(Requirement, found[key].requires or ())
        waiting += [_unconditional(each) for each in below if _applies(each, frozenset({"", *one.extras}))]
    return list(found.values())


def _applies(one: Requirement, extras: frozenset[str]) -> bool:
    return one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)


def _unconditional(one: Requirement) -> Requirement:
    one.marker = None
    return one


def _run(command: list[str]) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=3600)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"

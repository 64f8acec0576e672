"""Install and remove the packages of plugins with the pip of the Python that runs llmos, and say what that changed.

A package name can never become an option of pip, and nothing is installed without a yes: installing runs code.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click

from llmos_core.errors import UsageError
from llmos_core.plugins.claims import OWN_DISTRIBUTION
from llmos_core.plugins.discovery import EntryPoint, normalised
from llmos_std.cli.exits import EXIT_FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence

_DISCOVER = """
import json
from llmos_core.plugins.discovery import discover
from llmos_core.types.record import values_of
print(json.dumps([values_of(point) for point in discover()]))
"""
_SHOW = "import sys; from llmos_std.cli.main import main; main(['plugins', 'show', sys.argv[1], '--json'])"
_LOOK_S = 120.0


def install_package(package: str, *, is_sure: bool) -> int:
    """Install a package and tell which plugins it brought; return the exit code."""
    _require_name(package)
    click.echo(f"llmos: this runs '{sys.executable} -m pip install', and with it code of {package} and all it needs")
    if not is_sure:
        click.confirm("Install it?", abort=True)
    before = _points()
    if not _pip("install", "--", package):
        return EXIT_FAILED
    added = [point for point in _points() if point not in before]
    known = [point for point in before if normalised(point.distribution) == normalised(package)]
    if not added and known:
        click.echo(f"{package} was installed already; see 'llmos plugins show {known[0].distribution}'")
        return 0
    if not added:
        click.echo(f"llmos: {package} is installed, but brings no plugin: it has no entry point in the group "
                   "'llmos.plugins'; remove it with pip if that is not what you wanted", err=True)  # fmt: skip
        return EXIT_FAILED
    return max(_tell(point) for point in added)


def uninstall_package(package: str, *, is_sure: bool) -> int:
    """Remove the distribution of a plugin; return the exit code."""
    _require_name(package)
    distribution, names = _to_remove(package)
    click.echo(f"llmos: this removes {distribution} with its plugins: {', '.join(names)}")
    if not is_sure:
        click.confirm("Remove it?", abort=True)
    if not _pip("uninstall", "--yes", "--", distribution):
        return EXIT_FAILED
    if left := [point for point in _points() if point.distribution == distribution]:
        where = left[0].folder or "the current folder"
        click.echo(f"llmos: pip did not remove {distribution}; it still lies in {where}", err=True)
        return EXIT_FAILED
    click.echo(f"{distribution} is removed; 'llmos doctor' names what your configuration still says about it")
    return 0


def _require_name(package: str) -> None:
    if package.startswith("-") or not package.strip() or not package.isprintable():
        raise UsageError(f"{package!r} is no package; expected a name such as llmos-weather, a file or a folder")


def _to_remove(package: str) -> tuple[str, list[str]]:
    """Return the distribution that is meant and its plugins; UsageError when it is none that may be removed."""
    points = _points()
    wanted = normalised(package)
    found = {point.distribution for point in points if normalised(point.distribution) == wanted}
    found = found or {point.distribution for point in points if normalised(point.name) == wanted}
    if not found:
        raise UsageError(f"'{package}' owns no llmos plugin, so it is left alone; see 'llmos plugins list'")
    if len(found) > 1:
        raise UsageError(f"'{package}' may mean {' or '.join(sorted(found))}; name the distribution")
    (distribution,) = found
    if normalised(distribution) == OWN_DISTRIBUTION:
        raise UsageError("llmos does not remove itself; use: pip uninstall llmos")
    return distribution, sorted(point.name for point in points if point.distribution == distribution)


def _pip(*arguments: str) -> bool:
    """Run pip; on failure show all it said. Its progress is not shown: what it did is told afterwards."""
    verb, *rest = arguments
    command = [sys.executable, "-m", "pip", verb, "--disable-pip-version-check", "--no-input", *rest]
    if verb == "uninstall":
        command.remove("--no-input")
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode == 0:
        return True
    said = done.stdout.decode("utf-8", "replace").strip()
    click.echo("".join(c for c in said if c.isprintable() or c == "\n"), err=True)
    click.echo(f"llmos: pip could not {verb} it (exit {done.returncode}); what it said stands above", err=True)
    return False


def _points() -> list[EntryPoint]:
    """Return every plugin's entry point as a new Python finds them: an installation may add folders to look in."""
    return [EntryPoint(**table) for table in json.loads(_python(_DISCOVER))]


def _python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_LOOK_S,
        check=False,
    )
    return done.stdout


def _tell(point: EntryPoint) -> int:
    """Say what a new plugin owns, and what is wrong with it, as a new Python sees it; return an exit code."""
    from llmos_std.cli.plugins_show import lines

    try:
        found: Sequence[dict[str, Any]] = json.loads(_python(_SHOW, point.name))
    except (ValueError, subprocess.TimeoutExpired):
        click.echo(f"llmos: {point.distribution} brought the plugin '{point.name}', which cannot even be looked at; "
                   f"remove it: llmos plugins uninstall {point.distribution}", err=True)  # fmt: skip
        return EXIT_FAILED
    mine = [facts for facts in found if facts["distribution"] == point.distribution] or found
    for facts in mine:
        click.echo("\n".join(lines(facts)).rstrip())
    return EXIT_FAILED if any(facts["status"] == "broken" for facts in mine) else 0

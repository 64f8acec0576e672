"""`llmos doctor`: check this installation and this workspace, and say how to mend what is wrong.

It works when nothing else does: with a broken configuration it goes on with the defaults, and a check that fails is
itself a finding.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import ConfigError, LlmosError
from llmos_core.types.record import Record, evolve
from llmos_std.cli import checkups, guard_checkup, plugin_checkup
from llmos_std.cli.checkups import NOTE, OK, PROBLEM, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.config.loading import Config
    from llmos_core.plugins.registry import Registry
    from llmos_core.protocols.context import Paths
    from llmos_core.runtime.kernel import Kernel

SCHEMA = "llmos.doctor/1"

_STRAY = "install the plugin that reads it, or take the section out; see `llmos config path`"
_NOWHERE = Path("/nonexistent/config.toml")


@click.command(epilog="\b\nExamples:\n  llmos doctor\n  llmos doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> int:
    """Check Python, plugins, configuration, models, workspace and budget. Exit code 1 when there is a problem."""
    from llmos_std.cli.session import workspace_of

    chosen = workspace_of(ctx)
    findings = aio.run(examine(None if chosen is None else Path(chosen)))
    problems = sum(finding.level == PROBLEM for finding in findings)
    if as_json:
        import json

        rows = [{"level": each.level, "what": each.what, "mend": each.mend} for each in findings]
        click.echo(json.dumps({"schema": SCHEMA, "problems": problems, "findings": rows}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(line(finding))
    return 1 if problems else 0


def line(finding: Finding) -> str:
    """Return one finding as one line for people."""
    from llmos_std.cli.output import one_line, styled

    level = styled(f"{finding.level:<7}", bold=finding.level == PROBLEM)
    return " – ".join(filter(None, (level, one_line(finding.what, 2000), one_line(finding.mend, 2000))))


async def examine(folder: Path | None) -> list[Finding]:
    """Return everything that was found; never raises but for an interruption."""
    found = list(checkups.python())
    try:
        case = _opened(folder, found)
    except Exception as error:  # noqa: BLE001 – whatever is broken is what the user asked about
        return [*found, _failure("llmos cannot be put together", error)]
    checks: tuple[tuple[str, Any], ...] = (
        ("plugins", lambda: plugin_checkup.plugins(case.registry)),
        ("parts of plugins", lambda: plugin_checkup.parts(case.kernel)),
        ("configuration", lambda: _configuration(case)),
        ("models", lambda: checkups.providers(case.kernel)),
        ("workspace", lambda: checkups.workspace(case.kernel.paths)),
        ("traces", lambda: checkups.traces(case.kernel)),
        ("databases", lambda: checkups.stores(case.kernel)),
        ("permissions", lambda: checkups.permissions(case.kernel.paths)),
        ("budget", lambda: checkups.budget(case.kernel)),
        ("sandbox", lambda: guard_checkup.sandbox(case.kernel)),
        ("audit", lambda: guard_checkup.audit(case.kernel)),
        ("snapshots", lambda: guard_checkup.snapshots(case.kernel)),
    )
    try:
        await _boot(case.kernel)
        for subject, check in checks:
            await _collect(subject, check, found)
    finally:
        await case.kernel.close()
    return found


class _Case(Record, kw_only=False):
    """What is examined: plugins, the files of the configuration, and a kernel with it, or with the defaults."""

    registry: Registry
    files: tuple[tuple[str, Path, bool], ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    kernel: Kernel


def _opened(folder: Path | None, found: list[Finding]) -> _Case:
    from llmos_core.config.paths import find_paths
    from llmos_core.config.sources import read_sources
    from llmos_core.plugins.discovery import discover
    from llmos_core.plugins.host import PluginHost
    from llmos_core.plugins.registry import Registry
    from llmos_core.runtime.kernel import Kernel
    from llmos_std.presets import PRESETS

    paths = find_paths(folder)
    project = _project_config(paths, found)
    preset = os.environ.get("LLMOS_PRESET", "")
    sources = read_sources(paths, project_file=project, preset=preset, presets=PRESETS, explicit_from="LLMOS_PRESET")
    switches = sources.switches()
    registry = Registry(PluginHost(discover(), disabled=switches.disabled), prefer=switches.prefer)
    config, problems = _loaded(sources, registry, paths)
    files = (
        ("your own configuration", paths.user_config, True),
        ("the project's configuration", paths.house / "config.toml", project is not None),
    )
    kernel = Kernel(registry=registry, config=config, paths=paths)
    return _Case(registry, files, problems, () if problems else config.notes, kernel)


def _project_config(paths: Paths, found: list[Finding]) -> Path | None:
    """Return the project's own file if the user has trusted it."""
    from llmos_std.assembly import trusted_project

    try:
        project, _ = trusted_project(paths)
    except LlmosError as error:
        found.append(_failure("the project's own files", error))
        return None
    return paths.house / "config.toml" if project is not None and project.config is not None else None


def _loaded(sources: Any, registry: Registry, paths: Paths) -> tuple[Config, tuple[str, ...]]:
    """Return the configuration, or the defaults and what is wrong with the real one."""
    from llmos_core.config.loading import load_config
    from llmos_core.config.sources import read_sources

    try:
        config = load_config(sources, registry.sections(), is_complete=registry.is_complete, absence=registry.absence)
        config.explain()
    except ConfigError as error:
        without_file = evolve(paths, user_config=_NOWHERE)
        return load_config(read_sources(without_file, {}), registry.sections(), is_complete=False), error.problems
    return config, ()


def _configuration(case: _Case) -> Iterator[Finding]:
    for problem in case.problems:
        is_stray = "unknown section" in problem or "no known section" in problem
        yield Finding(PROBLEM, problem, _STRAY if is_stray else "mend it; see `llmos config path`")
    if case.problems:
        yield Finding(NOTE, "the configuration cannot be used as it is; what follows was checked with the defaults")
    for note in case.notes:
        yield Finding(NOTE, note)
    for name, path, counts in case.files:
        if not path.is_file():
            yield Finding(OK, f"{name} {path} does not exist, and need not")
        elif not counts:
            yield Finding(NOTE, f"{name} {path} does not count", "read it, then: llmos trust")
        elif not any(problem.startswith(str(path)) for problem in case.problems):
            yield Finding(OK, f"{name} {path} is valid")


async def _boot(kernel: Kernel) -> None:
    """Open what the other parts refer to; that it is missing will be found where it is looked for."""
    try:
        await kernel.boot()
    except Exception:  # noqa: BLE001 – plugin code
        return


async def _collect(subject: str, check: Any, found: list[Finding]) -> None:
    """Add what one check finds; an error in it is a finding as well."""
    try:
        findings = check()
        if hasattr(findings, "__aiter__"):
            found += [finding async for finding in findings]
        else:
            found += findings
    except Exception as error:  # noqa: BLE001 – whatever is broken is what the user asked about
        found.append(_failure(subject, error))


def _failure(subject: str, error: Exception) -> Finding:
    if not isinstance(error, LlmosError):
        return Finding(PROBLEM, f"{subject}: {type(error).__name__}: {error}")
    return Finding(PROBLEM, f"{subject}: {str(error).replace('; see `llmos doctor`', '')}")

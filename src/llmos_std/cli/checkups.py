"""What `llmos doctor` looks at, one function a subject. Each yields findings; none repairs or makes anything.

A check may fail like any other code: whatever it raises becomes a finding (see `doctor`), never a traceback.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.errors import ConfigError, NoModelError
from llmos_core.strangers import described
from llmos_core.types.money import ZERO, plain
from llmos_core.types.record import Record
from llmos_core.types.task import TaskBlock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from llmos_core.protocols.context import Paths
    from llmos_core.runtime.kernel import Kernel

OK, NOTE, PROBLEM = "ok", "note", "problem"

OLDEST_PYTHON = (3, 11)
_MOST_CHECKED = 10_000


class Finding(Record, kw_only=False):
    """One thing that was looked at: ok, a note or a problem; what was found, and how to mend it ("" for nothing)."""

    level: str
    what: str
    mend: str = ""


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Iterator[Finding]:
    """Look at the Python that llmos runs on."""
    name = f"Python {'.'.join(map(str, version))} at {sys.executable}"
    if version < OLDEST_PYTHON:
        yield Finding(PROBLEM, name, "install llmos with Python 3.11 or newer")
    else:
        yield Finding(OK, name)


async def providers(kernel: Kernel) -> AsyncIterator[Finding]:
    """Say which provider a goal would be taken to, and why not to the others."""
    wanted, asked = kernel.section("model").provider, set()
    chosen = ""
    try:
        route, provider = await kernel.route(TaskBlock(goal="any"))
        chosen = route.provider
    except (NoModelError, ConfigError) as error:
        yield Finding(PROBLEM, f"no goal can be reasoned: {error}", "what was learned is still replayed")
    else:
        model = route.model or getattr(provider, "chosen", str)()
        yield Finding(OK, f"new goals are taken to '{chosen}'{f', model {model}' if model else ''} (wanted: {wanted})")
    for role in sorted(set(kernel.section("model").roles) - {"learn"}):
        try:
            route, _ = await kernel.route(TaskBlock(goal="any"), role)
        except (NoModelError, ConfigError) as error:
            yield Finding(PROBLEM, f"model.roles.{role}: {error}", "mend it, or take the role out")
        else:
            asked.add(route.provider)
            yield Finding(
                OK, f"'{role}' is asked of '{route.provider}'{f', model {route.model}' if route.model else ''}"
            )
    if chosen == "builtin":
        from llmos_std.providers.builtin.provider import HOW_TO_CONNECT

        what = "'builtin' is an embedded planner for simple goals, not a language model"
        yield Finding(NOTE, what, HOW_TO_CONNECT)
    for name in kernel.registry.names("provider"):
        if name not in {chosen, *asked}:
            yield await _unasked(kernel, name)


async def _unasked(kernel: Kernel, name: str) -> Finding:
    """Say why a provider is not asked; one that cannot even be opened spoils nothing for the others."""
    try:
        doubt = await aio.call((await kernel.part("provider", name)).ready)
    except Exception as error:  # noqa: BLE001 – a stranger's provider may raise anything
        return Finding(PROBLEM, f"provider '{name}' cannot be asked: {described(error)}", "see 'llmos plugins show'")
    return Finding(NOTE, f"provider '{name}' is not asked: {doubt or 'it is ready, but another comes first'}")


def workspace(paths: Paths) -> Iterator[Finding]:
    """Look at the folder that goals act in, and at whether its own files count."""
    folder = paths.workspace
    if not folder.is_dir():
        yield Finding(PROBLEM, f"the workspace {folder} is no folder", "make it, or choose another with -C")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(PROBLEM, f"the workspace {folder} cannot be read and written", "make it yours: chmod u+rwx")
        return
    from llmos_std.assembly import trusted_project

    project, notices = trusted_project(paths)
    yield Finding(OK, f"workspace {folder}")
    for notice in notices:
        yield Finding(NOTE, notice)
    if project is not None:
        yield Finding(OK, f"this folder's own files are trusted as they are: {', '.join(sorted(project.contents))}")


async def traces(kernel: Kernel) -> AsyncIterator[Finding]:
    """Look at every stored trace: readable, and fit to act."""
    memory = await kernel.memory()
    states = [trace.state.value for trace in memory.list()]
    count = "1 readable trace" if len(states) == 1 else f"{len(states)} readable traces"
    yield Finding(OK, f"{count} in {kernel.paths.traces}")
    for problem in memory.problems():
        yield Finding(PROBLEM, problem)
    resting = sum(state != "learned" for state in states)
    if resting:
        yield Finding(NOTE, f"{resting} traces do not act", "see which and why: llmos traces verify")


async def stores(kernel: Kernel) -> AsyncIterator[Finding]:
    """Look into every database: it opens, its pages are whole, its rows are as they were written."""
    from llmos_std.storage.database import Database

    for path, schema in _databases(kernel.paths):
        database = Database(path, schema)
        try:
            found = database.rows("PRAGMA integrity_check")
            if found != [("ok",)]:
                raise database.damage(str(found[0][0]))
        finally:
            database.close()
        yield Finding(OK, f"the {schema.name} {path} is whole")
    journal = await kernel.service("journal")
    open_runs = {run.signature: run.goal for run in reversed(journal.episodes(_MOST_CHECKED)) if not run.status}
    waiting = [goal for signature, goal in open_runs.items() if journal.interrupted(signature) is not None]
    if waiting:
        mend = "run the goal again to go on from there, or with --fresh to start over"
        runs = "1 run did" if len(waiting) == 1 else f"runs of {len(waiting)} goals did"
        yield Finding(NOTE, f"{runs} not end, the last: {waiting[-1]!r}", mend)


def _databases(paths: Paths) -> Iterator[tuple[Path, Any]]:
    """Yield the databases that there are, with their formats."""
    from llmos_std.compiling.promotions import SCHEMA as PROMOTIONS
    from llmos_std.economy.tables import SCHEMA as LEDGER
    from llmos_std.hooks.approvals import SCHEMA as APPROVALS
    from llmos_std.journal.tables import SCHEMA as JOURNAL
    from llmos_std.memory.index import TABLES as INDEX
    from llmos_std.replay.feedback import SCHEMA as FEEDBACK
    from llmos_std.trust.store import SCHEMA as TRUST

    every = (
        (paths.state / "runs.db", JOURNAL),
        (paths.state / "index.db", INDEX),
        (paths.state / "feedback.db", FEEDBACK),
        (paths.user_data / "ledger.db", LEDGER),
        (paths.user_state / "approvals.db", APPROVALS),
        (paths.user_state / "trust.db", TRUST),
        (paths.user_state / "compiled.db", PROMOTIONS),
    )
    yield from ((path, schema) for path, schema in every if os.path.lexists(path))


def permissions(paths: Paths) -> Iterator[Finding]:
    """Look at who else may read or write what llmos keeps."""
    is_sound = True
    for path in _private(paths):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode) or not mode & (0o022 if path == paths.user_config else 0o077):
            continue
        is_sound = False
        wanted = "700" if stat.S_ISDIR(mode) else "600"
        level, verb = (PROBLEM, "write") if mode & 0o022 else (NOTE, "read")
        yield Finding(level, f"{path}: others may {verb} it ({stat.S_IMODE(mode):03o})", f"chmod {wanted} '{path}'")
    if is_sound:
        yield Finding(OK, "what llmos keeps is yours alone (files 0600, folders 0700)")


def _private(paths: Paths) -> Iterator[Path]:
    """Yield the folders of private state and the files in them, as far as they exist."""
    for folder in (paths.state, paths.user_data, paths.user_state):
        if folder.is_dir():
            yield folder
            yield from sorted(path for path in folder.iterdir() if not path.is_dir())
    if paths.user_config.is_file():
        yield paths.user_config


async def budget(kernel: Kernel) -> AsyncIterator[Finding]:
    """Say how much money is left."""
    money = kernel.section("kernel")
    ledger = await kernel.service("ledger")
    day = kernel.clock.now().date().isoformat()
    for name, limit, spent in (
        ("budget", money.budget_usd, ledger.spent()),
        ("day's budget", money.day_budget_usd, ledger.spent(day=day)),
    ):
        if limit is None:
            continue
        left = max(ZERO, limit - spent.settled_usd - spent.reserved_usd)
        level = PROBLEM if not left else NOTE if left < limit * _exact(money.low_battery_fraction) else OK
        mend = "" if level == OK else "raise kernel.budget_usd or kernel.day_budget_usd in your configuration"
        yield Finding(level, f"${plain(left)} of the {name} of ${plain(limit)} are left", mend)
        if spent.unpriced_calls:
            yield Finding(NOTE, f"{spent.unpriced_calls} calls of unknown price are not in the {name}'s sum")


def _exact(fraction: float) -> Any:
    from decimal import Decimal

    return Decimal(str(fraction))

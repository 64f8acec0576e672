"""What `llmos doctor` says about the guards of actions: what confines programs, the record of decisions, the way back.

The costs are bounded: a record or a store beyond what is looked through here is named, with the verb that does it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from llmos_std.cli.checkups import NOTE, OK, PROBLEM, Finding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from llmos_core.runtime.kernel import Kernel
    from llmos_std.snapshots.service import WorkspaceSnapshots

MOST_BYTES = 10_000_000
"""How long a record may be to be read here: some half a second; reading one takes seven times its size in memory."""

MOST_OBJECTS = 50_000
"""How many kept contents are counted at most."""

_LOOK = "look at it with: llmos audit verify; to begin a new one, move the record and its head aside together"


async def sandbox(kernel: Kernel) -> AsyncIterator[Finding]:
    """Say honestly what stands between a program and the machine."""
    serving = kernel.registry.serving("sandbox")
    if serving is None:
        what = "sandbox: none; programs that tools start have all your rights, and each start is asked about"
        yield Finding(NOTE, what, "enable the plugin std-sandbox")
    elif serving.factory.startswith("llmos_std.sandbox."):
        from llmos_std.sandbox.config import SandboxConfig
        from llmos_std.sandbox.report import remarks

        for remark in remarks(kernel.section("sandbox") or SandboxConfig(), kernel.paths):
            yield Finding(remark.level, remark.what, remark.mend)
    else:
        found = await kernel.service("sandbox")
        level = OK if found.is_confining is True else NOTE
        yield Finding(level, f"sandbox: {found.tier}, by '{serving.name}'; what it protects is for its author to say")


def audit(kernel: Kernel) -> Iterator[Finding]:
    """Say whether what was decided here is on record, whole, and whether more can be added."""
    serving = kernel.registry.serving("audit")
    if serving is None:
        yield Finding(NOTE, "audit: none; what is decided about actions is not recorded", "enable the plugin std-audit")
    elif serving.factory.startswith("llmos_std.audit."):
        yield from _chain(kernel)
    else:
        yield Finding(OK, f"audit: by '{serving.name}'; whether it is whole is for its author to say")


def _chain(kernel: Kernel) -> Iterator[Finding]:
    from llmos_std.audit.service import chain_of
    from llmos_std.audit.verifying import verify

    chain = chain_of(kernel.paths.user_state, kernel.paths.workspace)
    chain.require_own()
    if (size := _size_of(chain.path)) > MOST_BYTES:
        yield Finding(NOTE, f"audit: {_shown(size)} in {chain.path}, not read here", "check it: llmos audit verify")
        return
    report = verify(chain.path, chain.anchor)
    for finding in report.findings:
        yield Finding(PROBLEM, f"the audit {chain.path} is not whole: {finding.text}", _LOOK)
    if not report.is_whole:
        return
    opened = f", {len(report.open_decisions)} without an outcome (a crash, or at work)" if report.open_decisions else ""
    yield Finding(OK, f"audit: whole, {len(report.records)} records{opened}")


def snapshots(kernel: Kernel) -> Iterator[Finding]:
    """Say whether runs can be undone here, and what that takes."""
    serving = kernel.registry.serving("snapshots")
    if serving is None:
        what = "snapshots: none; no run can be undone, and what programs do counts as final"
        yield Finding(NOTE, what, "enable the plugin std-snapshots")
    elif serving.factory.startswith("llmos_std.snapshots."):
        from llmos_std.snapshots.config import SnapshotsConfig
        from llmos_std.snapshots.service import WorkspaceSnapshots

        config = kernel.section("snapshots") or SnapshotsConfig()
        store = WorkspaceSnapshots(kernel.paths.workspace, kernel.paths.state, config)
        yield _way_back(store)
        yield from _books(store)
    else:
        yield Finding(OK, f"snapshots: by '{serving.name}'; what can be undone is for its author to say")


def _way_back(store: WorkspaceSnapshots) -> Finding:
    """Say whether programs can be undone; what file tools write over is kept in any case."""
    if store.can_keep():
        size = store.size()
        what = f"snapshots: the whole workspace can be kept ({size.files} files and folders, {_shown(size.size_bytes)})"
        return Finding(OK, what)
    what = "snapshots: the whole workspace cannot be kept, so programs count as final and are asked about"
    if found := store.size().unreadable:
        return Finding(NOTE, f"{what}: {found} may not be read", "make it readable for you, or move it elsewhere")
    return Finding(NOTE, f"{what}: it is too large", "raise snapshots.max_files and snapshots.max_bytes")


def _books(store: WorkspaceSnapshots) -> Iterator[Finding]:
    from llmos_std.snapshots.book import SUFFIX, read_book

    books = [read_book(path) for path in sorted(store.books.glob(f"*{SUFFIX}"))]
    for book in books:
        if book.damaged_lines:
            what = f"what was kept for run {book.run_id} is damaged in {book.damaged_lines} lines"
            yield Finding(PROBLEM, what, f"see what can still be put back: llmos undo {book.run_id} --dry-run")
    if books:
        yield Finding(OK, f"snapshots: {len(books)} runs can be undone; that takes {_space(store.store.folder)}")


def _space(folder: Path) -> str:
    """Return how much the files in a folder of folders take, as a text."""
    count = size = 0
    for inner in folder.iterdir() if folder.is_dir() else ():
        for file in inner.iterdir() if inner.is_dir() else (inner,):
            count += 1
            size += _size_of(file)
        if count >= MOST_OBJECTS:
            return f"more than {_shown(size)}"
    return _shown(size)


def _size_of(path: Path) -> int:
    """Return the size of a file in bytes, 0 where there is none."""
    try:
        return os.lstat(path).st_size
    except FileNotFoundError:
        return 0


def _shown(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"  # noqa: PLR2004 – powers of ten

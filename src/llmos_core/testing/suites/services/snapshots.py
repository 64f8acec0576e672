"""The laws of snapshots: what a call may destroy is kept before it, or the call is refused; the rest is left alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from llmos_core.errors import StorageError
from llmos_core.protocols.guarding import Snapshots
from llmos_core.testing.suites.services.common import ServiceLaws
from llmos_core.testing.suites.services.opening import bytes_below, spoil

AT = "2026-01-01T12:00:00+00:00"
"""When everything happens."""

NAMES = ("a.txt", "b/c.txt", "d e.md")
"""The files of the workspace in which the laws are tried."""


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    paths = st.one_of(st.none(), st.lists(st.sampled_from((*NAMES, "new.txt", "new/file.txt")), min_size=1, max_size=3))
    return SnapshotsLaws, {"paths": paths, "content": st.binary(max_size=60)}


class SnapshotsLaws(ServiceLaws):
    """What all snapshots must do."""

    def test_a_small_workspace_can_be_kept(self) -> None:
        """Else every program counts as final and asks. Answer True for a handful of small files."""
        with self.service.folder() as folder, self.service.opened_in(_filled(folder)) as snapshots:
            assert snapshots.can_keep() is True

    def test_keeping_leaves_the_workspace_alone(self, paths: Sequence[str] | None, content: bytes) -> None:
        """Else the way back changes what it should bring back. Write below `.llmos` only."""
        with self.service.folder() as folder, self.service.opened_in(_filled(folder, content)) as snapshots:
            before = _files(folder)
            keep(snapshots, paths)
            snapshots.ended("r", 0, at=AT)
            assert _files(folder) == before

    def test_what_is_kept_is_durable_when_it_returns(self) -> None:
        """Else a crash in the middle of the call leaves no way back. Write before you return."""
        for paths in (None, ["a.txt"], ["new.txt"]):
            with self.service.folder() as folder, self.service.opened_in(_filled(folder)) as snapshots:
                before = bytes_below(folder)
                keep(snapshots, paths)
                assert bytes_below(folder) != before, f"nothing was written for {paths}"

    def test_what_is_outside_the_workspace_is_refused(self) -> None:
        """Else strangers' files are copied. Raise StorageError for a path that leads out, also through `..`."""
        for path in ("../outside.txt", "b/../../outside.txt", "/etc/hostname"):
            with self.service.folder() as folder, self.service.opened_in(_filled(folder)) as snapshots:
                assert _is_refused(snapshots, [path]), f"{path} was accepted"

    def test_what_cannot_be_kept_is_refused(self) -> None:
        """Else a call destroys what was never kept. Raise StorageError when nothing can be written."""
        with self.service.folder() as folder:
            spoil(_filled(folder))
            with self.service.opened_in(folder) as snapshots:
                assert _is_refused(snapshots, ["a.txt"]), "`keep` returned though nothing can be written"


def keep(snapshots: Snapshots, paths: Sequence[str] | None) -> None:
    """Keep these paths before the first step of a run."""
    snapshots.keep("r", 0, paths, at=AT)


def _filled(folder: Path, content: bytes = b"x") -> Path:
    for name in NAMES:
        path = folder / "workspace" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    workspace = folder / "workspace"
    own = workspace / ".llmos"
    return {
        str(path.relative_to(workspace)): path.read_bytes() if path.is_file() else b"/"
        for path in workspace.rglob("*")
        if path != own and own not in path.parents
    }


def _is_refused(snapshots: Snapshots, paths: Sequence[str]) -> bool:
    try:
        keep(snapshots, paths)
    except StorageError:
        return True
    return False

"""Workspaces to keep and undo: random trees, random deeds, and everything about a tree that must come back."""

import os
import shutil
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from llmos_std.snapshots.config import SnapshotsConfig
from llmos_std.snapshots.service import WorkspaceSnapshots
from llmos_std.snapshots.undoing import Undo, Undoing

AT = "2026-11-21T10:00:00+00:00"
CLOSED_TO_NOBODY = 0 if os.geteuid() == 0 else 0o500
"""What a folder must allow for anybody but root to look into it; one that cannot be looked into cannot be kept."""

names = st.sampled_from(["a", "b", "c", "ü", ".git", "x y"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
contents = st.one_of(st.binary(max_size=20), st.sampled_from([b"", b"same", b"\0" * 5000]))
modes = st.sampled_from([0o644, 0o600, 0o755, 0o444, 0o4755])
folder_modes = st.sampled_from([0o755, 0o700, 0o555])
deeds = st.one_of(
    st.tuples(st.just("write"), paths, contents),
    st.tuples(st.just("delete"), paths, st.none()),
    st.tuples(st.just("folder"), paths, folder_modes),
    st.tuples(st.just("link"), paths, st.sampled_from(["a", "nowhere", "../x", "/etc/passwd"])),
    st.tuples(st.just("chmod"), paths, modes),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(st.just("append"), paths, contents),
)


def do(root: Path, deed: tuple[str, str, Any]) -> None:
    """Do one deed as a careless program would; what is impossible is left undone."""
    what, where, value = deed
    path = root / where
    try:
        if what == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(value) if not path.is_symlink() else None
        elif what == "append":
            path.write_bytes(path.read_bytes() + value) if not path.is_symlink() else None
        elif what == "delete":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        elif what == "folder":
            path.mkdir(parents=True)
            path.chmod(value)
        elif what == "link":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(value)
        elif what == "chmod" and not path.is_symlink():
            path.chmod(value | CLOSED_TO_NOBODY if path.is_dir() else value)
        elif what == "rename":
            path.rename(root / value)
    except OSError:
        pass


def picture(root: Path) -> dict[str, Any]:
    """Return everything about a tree that must come back, llmos's own folder left out."""
    found: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if name.split("/", maxsplit=1)[0] == ".llmos":
            continue
        facts = path.lstat()
        mode = stat.S_IMODE(facts.st_mode)
        if stat.S_ISLNK(facts.st_mode):
            found[name] = ("link", str(path.readlink()))
        elif stat.S_ISDIR(facts.st_mode):
            found[name] = ("folder", mode)
        else:
            found[name] = ("file", mode, path.read_bytes() if stat.S_ISREG(facts.st_mode) else b"")
    return found


def open_store(root: Path, **limits: int) -> WorkspaceSnapshots:
    return WorkspaceSnapshots(root, root / ".llmos" / "state", SnapshotsConfig(**limits))


def step(store: WorkspaceSnapshots, run: str, index: int, where: list[str] | None, act: Any) -> None:
    """Make one step on the guarded road: keep, act, note what it left."""
    store.keep(run, index, where, at=AT)
    act()
    store.ended(run, index, at=AT)


def undo(root: Path, run: str, *, undo_id: str = "undo-1") -> Undo:
    with closing(open_store(root)) as store:
        undoing = Undoing(store, root, run)
        return undoing.finish(undoing.plan(), undo_id=undo_id, at=AT)


def plan(root: Path, run: str) -> Undo:
    return Undoing(open_store(root), root, run).plan()

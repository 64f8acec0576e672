"""Law: what a call left and that runs by itself is gone from the workspace afterwards, however it was put there.

It is kept elsewhere for some days and up to some size, where that can be. Rights count here, so the calls are those of
an ordinary user.
"""

import errno
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warded import Workspace, make

from forks import as_nobody
from llmos_core.errors import LlmosError, ToolError, ToolRefusedError
from llmos_std.sandbox import guarded, leftovers, quarantine

HOOK = ".git/hooks/pre-commit"


def hooked(root: Path, below: str = "") -> Path:
    """Make a hook of git that works, in a repository below `root`."""
    hook = root / below / HOOK
    hook.parent.mkdir(parents=True)
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    return hook


def left_after(attack: Callable[[Path], object], **bounds: Any) -> tuple[str, bool, list[str]]:
    """Return the error of a call, whether its hook still works, and what was kept: as an ordinary user sees it."""

    def work() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            workspace, error = Workspace(Path(folder), **bounds), ""
            try:
                with workspace.ward.watched():
                    attack(workspace.root)
            except LlmosError as found:
                error = type(found).__name__
            works = any(os.access(f"{at}/pre-commit", os.X_OK) for at, _, _ in os.walk(workspace.root))
            return error, works, sorted(workspace.kept())

    error, works, kept = as_nobody(work)
    return error, works, kept


@given(
    modes=st.dictionaries(st.sampled_from(["", "a", "a/.git", "a/.git/hooks"]), st.integers(0, 0o777)),
    below=st.just("a"),
)
def test_no_rights_of_folders_keep_what_is_guarded_in_the_workspace(modes: dict[str, int], below: str) -> None:
    def attack(root: Path) -> None:
        hooked(root, below)
        for path in sorted(modes, reverse=True):  # inner ones first, while they can be reached
            (root / path).chmod(modes[path])

    assert left_after(attack) == ("ToolRefusedError", False, [f"{below}/{HOOK}"])


def test_what_cannot_be_moved_is_copied_but_for_pipes_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    def other_disk(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    def attack(root: Path) -> None:
        os.mkfifo(hooked(root).parent / "pipe")
        (root / ".envrc").symlink_to("elsewhere")
        monkeypatch.setattr(quarantine.os, "rename", other_disk)

    assert left_after(attack) == ("ToolRefusedError", False, [".envrc", HOOK])


def test_what_cannot_be_kept_at_all_is_removed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.state.mkdir()
    workspace.quarantine.write_text("a file is in the way")
    with pytest.raises(ToolRefusedError, match="it is removed"), workspace.ward.watched():
        hooked(workspace.root)
    assert not (workspace.root / ".git/hooks").exists()


def test_a_folder_deeper_than_any_path_or_stack_is_removed(tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    deep.mkdir()
    above = os.open(deep, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d" * 10, dir_fd=above)
        os.close(os.open("file", os.O_CREAT, dir_fd=above))
        below = os.open("d" * 10, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(above)
    quarantine.remove(str(deep))
    assert list(tmp_path.iterdir()) == []


def test_many_folders_hide_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "MOST_FOLDERS", 3)
    workspace = Workspace(tmp_path)
    with pytest.raises(ToolRefusedError), workspace.ward.watched():
        make(workspace.root, [HOOK, "a/b/c/d/e/f"])
    assert workspace.kept() == {HOOK}


def test_nothing_is_started_until_what_is_left_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path)

    def failing(*_: object) -> None:
        raise ToolError("it cannot be taken away")

    with monkeypatch.context() as patch:
        patch.setattr(quarantine, "_move", failing)
        with pytest.raises(ToolError, match="taken away"), workspace.ward.watched():
            hooked(workspace.root)
        with pytest.raises(ToolError, match="taken away"), workspace.ward.watched():
            pytest.fail("it was started")
    with workspace.ward.watched():
        assert not (workspace.root / ".git/hooks").exists()
    assert workspace.kept() == {HOOK}
    assert workspace.notes() == []


class Ended(BaseException):
    """A cancellation, or the end of llmos."""


@pytest.mark.parametrize(("error", "raised"), [(Ended, Ended), (ToolError, ToolRefusedError)])
def test_a_call_that_ends_otherwise_leaves_nothing_and_a_cancelled_one_stays_cancelled(
    tmp_path: Path, error: type[BaseException], raised: type[BaseException]
) -> None:
    workspace = Workspace(tmp_path)

    def call() -> None:
        with workspace.ward.watched():
            make(workspace.root, [HOOK])
            raise error

    with pytest.raises(raised):
        call()
    assert workspace.kept() == {HOOK}
    assert workspace.notes() == []


def test_a_note_that_says_nothing_is_passed_over_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.ward.watched():
        (note,) = workspace.notes()
        note.with_name(note.name.replace(leftovers._start_of(os.getpid()), leftovers._OVER)).write_text('{"gua')
    with workspace.ward.watched():
        assert len(workspace.notes()) == 1


def test_a_folder_of_the_user_s_that_is_closed_stays_so_and_is_covered() -> None:
    def work() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            workspace = Workspace(Path(folder))
            hooked(workspace.root, "closed")
            (workspace.root / "closed").chmod(0o311)
            with workspace.ward.watched() as found:
                marks = [(mark.path, mark.kind) for mark in found.marks]
            mode = (workspace.root / "closed").stat().st_mode & 0o777
            (workspace.root / "closed").chmod(0o700)
            return marks, mode, sorted(workspace.kept())

    marks, mode, kept = as_nobody(work)
    assert marks == [["closed", "closed"]]
    assert mode == 0o311
    assert kept == []


def refused(workspace: Workspace, size: int) -> None:
    with pytest.raises(ToolRefusedError), workspace.ward.watched():
        (workspace.root / ".envrc").write_bytes(bytes(size))


def sizes(workspace: Workspace) -> set[int]:
    return {path.stat().st_size for path in workspace.quarantine.rglob(".envrc")}


def test_the_oldest_go_when_there_is_too_much_and_the_newest_stays(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, most_bytes=100_000)
    for age, size in enumerate((40_001, 40_002, 40_003, 200_000)):
        for call in workspace.quarantine.glob("call-*"):
            os.utime(call, (age, call.stat().st_mtime - 60))
        refused(workspace, size)
        assert (
            sizes(workspace)
            == {
                40_001: {40_001},
                40_002: {40_001, 40_002},
                40_003: {40_002, 40_003},
                200_000: {200_000},
            }[size]
        )


def test_what_is_old_goes_before_the_next_call(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, most_days=2)
    for days in (3, 1):
        refused(workspace, days)
    for call in workspace.quarantine.iterdir():
        days = next(call.iterdir()).stat().st_size
        os.utime(call, (0, time.time() - days * 86_400))
        call.chmod(0o500)
    with workspace.ward.watched():
        assert sizes(workspace) == {1}

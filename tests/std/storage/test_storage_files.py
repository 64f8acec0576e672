"""Law: what we make is private from its first moment, and what exists is never opened, loosened or followed."""

import os
import stat
from pathlib import Path

import pytest

from llmos_std.storage.files import make_private_file, make_private_folder, open_folder_lock, set_aside, size_of


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_new_folders_are_private_at_every_level(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_private_folder(tmp_path / "a" / "b" / "c")
    finally:
        os.umask(old)
    assert {mode_of(tmp_path / name) for name in ("a", "a/b", "a/b/c")} == {0o700}


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    make_private_folder(shared / "own")
    assert mode_of(shared) == 0o755


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    with pytest.raises(OSError, match="state"):
        make_private_folder(tmp_path / "state")


def test_a_new_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_private_file(tmp_path / "x.db")
    finally:
        os.umask(old)
    assert mode_of(tmp_path / "x.db") == 0o600


def test_what_exists_is_never_opened_or_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(FileExistsError):
            make_private_file(tmp_path / name)
    assert (tmp_path / "file").read_bytes() == b"kept"
    assert not (tmp_path / "elsewhere").exists()


def test_links_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe"):
        with pytest.raises(OSError, match=r"symbolic link|not a regular file"):
            size_of(tmp_path / name)


def test_what_is_left_of_a_lost_file_is_kept_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "x.db-wal").write_bytes(b"pages")
    set_aside(tmp_path / "x.db-wal")
    set_aside(tmp_path / "none")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"x.db-wal.left-over": b"pages"}


def test_a_size_is_told_only_of_regular_files(tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"123")
    assert (size_of(tmp_path / "full"), size_of(tmp_path / "none")) == (3, None)


def test_a_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with open_folder_lock(tmp_path, timeout_s=1), pytest.raises(TimeoutError), open_folder_lock(tmp_path, timeout_s=0):
        pytest.fail("two held it")
    with open_folder_lock(tmp_path, timeout_s=0):
        pass

"""Law of keeping: once `keep` has returned, what was there can be had back, and before that the step does not happen.

It costs little: an unchanged file is not read again, and a workspace that is too large is known to be so.
"""

import errno
import hashlib
import json
import multiprocessing
import os
import stat
import tempfile
import time
import zlib
from pathlib import Path

import pytest
from snapshot_worlds import AT, do, open_store, picture, plan, step, undo

from llmos_core.errors import StorageError
from llmos_std.snapshots import objects as objects_module
from llmos_std.snapshots.book import read_book
from llmos_std.snapshots.objects import Objects
from llmos_std.snapshots.pruning import prune
from llmos_std.snapshots.scanning import UNSETTLED_NS, entries_of
from llmos_std.snapshots.seen import Seen


@pytest.fixture
def root(tmp_path):
    for name in ("a", "d/b", "d/e/c"):
        do(tmp_path, ("write", name, name.encode() * 100))
    return tmp_path


def store_folder(root):
    return root / ".llmos" / "state" / "snapshots"


@pytest.mark.spec("SN-009")
def test_an_unchanged_file_is_not_read_again_and_a_changed_one_is(root, monkeypatch):
    read = []
    real = Objects.put_file
    monkeypatch.setattr(
        Objects, "put_file", lambda self, fd: read.append(str(Path(f"/proc/self/fd/{fd}").readlink())) or real(self, fd)
    )
    later = time.time_ns() + 600 * UNSETTLED_NS
    monkeypatch.setattr("llmos_std.snapshots.scanning.time.time_ns", lambda: later)
    open_store(root).keep("run", 0, None, at=AT)
    assert len(read) == 3
    open_store(root).keep("run", 1, None, at=AT)
    assert len(read) == 3, "also in another process"
    size = (root / "a").stat()
    (root / "a").write_bytes(b"x" * size.st_size)
    os.utime(root / "a", ns=(size.st_atime_ns, size.st_mtime_ns))
    open_store(root).keep("run", 2, None, at=AT)
    assert [Path(path).name for path in read[3:]] == ["a"], "a forged time does not hide a change"


@pytest.mark.spec("SN-009")
def test_a_file_that_was_just_changed_is_read_again(root, monkeypatch):
    store = open_store(root)
    trees = []
    for content in (b"1", b"2", b"3"):
        (root / "a").write_bytes(content)
        just_after = (root / "a").stat().st_ctime_ns + UNSETTLED_NS
        monkeypatch.setattr("llmos_std.snapshots.scanning.time.time_ns", lambda now=just_after: now)
        trees.append(store.tree())
    assert len(set(trees)) == 3
    assert known_of(root, "a") is None, "a clock of files may be too coarse to tell the next change"


@pytest.mark.spec("SN-009")
def test_a_file_that_was_just_changed_and_dated_back_is_read_again(root, monkeypatch):
    os.utime(root / "a", (1, 1))
    just_after = (root / "a").stat().st_ctime_ns + UNSETTLED_NS
    monkeypatch.setattr("llmos_std.snapshots.scanning.time.time_ns", lambda: just_after)
    open_store(root).tree()
    assert known_of(root, "a") is None


def known_of(root, name):
    seen = Seen(store_folder(root) / "seen.json")
    seen.load()
    return seen.get(name, (root / name).stat())


@pytest.mark.spec("SN-009")
def test_a_file_that_was_changed_long_before_is_known_afterwards(root, monkeypatch):
    later = time.time_ns() + 600 * UNSETTLED_NS
    monkeypatch.setattr("llmos_std.snapshots.scanning.time.time_ns", lambda: later)
    open_store(root).tree()
    assert known_of(root, "a")["size"] == 100


def test_a_damaged_memory_of_files_only_costs_time(root, monkeypatch):
    later = time.time_ns() + 600 * UNSETTLED_NS
    monkeypatch.setattr("llmos_std.snapshots.scanning.time.time_ns", lambda: later)
    first = open_store(root).tree()
    seen = store_folder(root) / "seen.json"
    for content in (b"", b"\0" * 50, seen.read_bytes()[:-1] + b"!"):
        seen.write_bytes(content)
        assert open_store(root).tree() == first


@pytest.mark.parametrize(
    ("limits", "fits"), [({}, True), ({"max_files": 4}, False), ({"max_bytes": 500}, False), ({"max_files": 5}, True)]
)
def test_what_can_be_kept_is_bounded_by_files_and_bytes(root, limits, fits):
    store = open_store(root, **limits)
    assert store.can_keep() is fits
    if fits:
        store.keep("run", 0, None, at=AT)
    else:
        with pytest.raises(StorageError, match="too large"):
            store.keep("run", 0, None, at=AT)
        store.keep("run", 0, ["a"], at=AT)


def test_counting_stops_soon_after_the_bound(tmp_path, monkeypatch):
    for n in range(300):
        (tmp_path / str(n)).mkdir()
    seen = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: seen.append(path) or real(path))
    assert not open_store(tmp_path, max_files=10).can_keep()
    assert len(seen) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_means_that_the_whole_cannot_be_kept(root):
    (root / "a").chmod(0)
    assert not open_store(root).can_keep()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["a", "d"])
def test_what_a_step_locks_is_told_and_from_then_on_the_whole_cannot_be_kept(root, name):
    store = open_store(root)
    store.keep("run", 0, None, at=AT)
    assert store.can_keep()
    (root / name).chmod(0)
    with pytest.raises(StorageError):
        store.ended("run", 0, at=AT)
    assert not store.can_keep()
    (root / name).chmod(0o755)


@pytest.mark.spec("SN-005")
def test_the_store_is_private_whatever_the_umask(root):
    old = os.umask(0)
    try:
        step(open_store(root), "run", 0, None, lambda: None)
    finally:
        os.umask(old)
    for path in [store_folder(root), *store_folder(root).rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.spec("SN-004")
def test_contents_reach_the_disk_before_the_book_says_so(root, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(str(Path(f"/proc/self/fd/{fd}").readlink())) or real(fd))
    open_store(root).keep("run", 0, ["a"], at=AT)
    kinds = [path.split("/snapshots/")[1].split("/")[0] for path in synced if "/snapshots/" in path]
    assert kinds == ["objects", "objects", "runs", "runs"], "content, its folder, book, its folder"


@pytest.mark.spec("SN-004")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize("what", ["write", "fsync", "rename", "open"])
def test_where_it_cannot_be_kept_there_is_an_error_and_later_all_is_well(root, monkeypatch, number, what):
    store = open_store(root)
    store.keep("run", 0, ["d/b"], at=AT)

    def fail(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(objects_module.os, what, fail)
        with pytest.raises(StorageError, match="not done"):
            store.keep("run", 1, ["a"], at=AT)
    was = picture(root)
    step(store, "run", 2, ["a"], lambda: do(root, ("write", "a", b"new")))
    undo(root, "run")
    assert picture(root) == was


@pytest.mark.spec("SN-004")
@pytest.mark.parametrize("where", [["a"], None])
def test_contents_that_did_not_reach_the_disk_are_sent_there_by_the_next_keeping(root, monkeypatch, where):
    store, real, synced = open_store(root), os.fsync, []
    store.keep("run", 0, ["d/b"], at=AT)

    def fail(_descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(objects_module.os, "fsync", fail)
        with pytest.raises(StorageError, match="not done"):
            store.keep("run", 1, where, at=AT)
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(str(Path(f"/proc/self/fd/{fd}").readlink())) or real(fd))
    store.keep("run", 2, where, at=AT)
    digest = hashlib.sha256((root / "a").read_bytes()).hexdigest()
    assert store.store.path(digest) in synced


@pytest.mark.spec("SN-004", "SN-009")
def test_a_file_is_taken_for_known_only_once_its_content_has_reached_the_disk(root, monkeypatch):
    later = time.time_ns() + 600 * UNSETTLED_NS
    monkeypatch.setattr("llmos_std.snapshots.scanning.time.time_ns", lambda: later)
    known, real = [], Objects.flush
    monkeypatch.setattr(Objects, "flush", lambda store: known.append(known_of(root, "a")) or real(store))
    open_store(root).tree()
    assert known[0] is None
    assert known_of(root, "a") is not None


@pytest.mark.spec("SN-008")
def test_contents_are_stored_under_their_digest_packed_or_as_they_are(tmp_path):
    store = Objects(tmp_path / "objects")
    for data in (b"", b"x" * 10_000, os.urandom(10_000), os.urandom(5 << 20), b"y" * (9 << 20)):
        digest = store.put(data)
        assert digest == hashlib.sha256(data).hexdigest()
        stored = (tmp_path / "objects" / digest[:2] / digest[2:]).read_bytes()
        assert (zlib.decompress(stored[1:]) if stored[:1] == b"z" else stored[1:]) == data
        assert store.get(digest) == data
        path = tmp_path / "big"
        path.write_bytes(data)
        with path.open("rb") as file:
            assert store.put_file(file.fileno()) == (digest, len(data))


@pytest.mark.spec("SN-008")
def test_a_folder_is_an_object_of_its_entries(root):
    store = open_store(root)
    tree = store.tree()
    entries = entries_of(store.store, tree)
    assert sorted(entries) == ["a", "d"]
    assert store.store.get(tree) == json.dumps(entries, separators=(",", ":"), sort_keys=True).encode()
    assert sorted(entries_of(store.store, entries["d"]["tree"])) == ["b", "e"]


@pytest.mark.spec("SN-014")
def test_forgetting_keeps_what_the_newest_runs_need_and_nothing_else(root):
    for n in range(6):
        (root / "a").write_bytes(b"%d" % n * 50)
        step(open_store(root), f"run-{n}", 0, None, lambda n=n: (root / "a").write_bytes(b"after %d" % n))
        os.utime(store_folder(root) / "runs" / f"run-{n}.jsonl", (1_000_000 + n, 1_000_000 + n))
    was = b"5" * 50
    assert prune(store_folder(root), keep_runs=2, keep_days=1, now_s=1_000_010) == 4
    assert sorted(path.name for path in (store_folder(root) / "runs").iterdir()) == ["run-4.jsonl", "run-5.jsonl"]
    store = Objects(store_folder(root) / "objects")
    for run in ("run-4", "run-5"):
        for line in read_book(store_folder(root) / "runs" / f"{run}.jsonl").lines:
            assert store.get(entries_of(store, line["tree"])["a"]["sha256"])
    gone = hashlib.sha256(b"0" * 50).hexdigest()
    assert not store.has(gone)
    undo(root, "run-5")
    assert (root / "a").read_bytes() == was
    assert prune(store_folder(root), keep_runs=9, keep_days=1, now_s=1_000_000 + 86_400 * 3) == 2, "and by age"
    assert open_store(root).tree(), "what is known of files does not outlive their contents"
    undo(root, "undo-1", undo_id="undo-2")
    assert (root / "a").read_bytes() == b"after 5"


def _appear(path):
    """Write a file that nobody can see half-written."""
    with tempfile.TemporaryDirectory(dir=path.parent.parent) as outside:
        (Path(outside) / "file").write_text(path.name)
        (Path(outside) / "file").rename(path)


def _keep_many(root, name):
    store = open_store(root)
    for index in range(5):
        step(store, name, index, None, lambda path=root / f"{name}-{index}": _appear(path))
    prune(store_folder(root), keep_runs=50, keep_days=30)


def test_processes_keep_and_forget_at_the_same_time_and_every_run_can_be_undone(root):
    was = picture(root)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_keep_many, args=(root, f"run-{n}")) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    for n in range(3):
        undo(root, f"run-{n}", undo_id=f"undo-{n}")
    assert picture(root) == was


@pytest.mark.spec("SN-011")
def test_what_another_run_was_half_way_through_is_told_and_left_alone(root):
    store, other = open_store(root), open_store(root)
    store.keep("one", 0, None, at=AT)
    (root / "new").write_bytes(b"")
    other.keep("two", 0, None, at=AT)
    (root / "new").write_bytes(b"whole")
    store.ended("one", 0, at=AT)
    other.ended("two", 0, at=AT)
    undo(root, "one")
    assert [(change.path, change.conflict) for change in plan(root, "two").changes] == [
        ("new", "it was changed after the run")
    ]

"""Law of undo: the workspace is afterwards, byte for byte, what it was before the run – or, where somebody has worked
since, nothing is touched.

Interrupted anywhere and repeated, it comes to the same; undone itself, it brings back what the run had made.
"""

import os
import shutil
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from snapshot_worlds import AT, deeds, do, open_store, paths, picture, plan, step, undo

from llmos_core.errors import StorageError, UsageError
from llmos_std.snapshots import undoing as undoing_module
from llmos_std.snapshots.book import read_book
from llmos_std.snapshots.pruning import prune

pytestmark = pytest.mark.usefixtures("_quick_disk")


@pytest.fixture(autouse=True, scope="module")
def _quick_disk():
    """Count on the page cache: what survives a loss of power is tested where the disk is asked."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: None)
        patched.setattr(os, "sync", lambda: None)
        yield


@pytest.fixture
def root(tmp_path):
    return tmp_path


def fresh(tmp_path_factory, before):
    root = tmp_path_factory.mktemp("w")
    for deed in before:
        do(root, deed)
    return root


class Died(BaseException):
    """Stands for kill -9."""


@pytest.mark.spec("SN-001", "SN-010")
@given(st.lists(deeds, max_size=12), st.lists(st.lists(deeds, min_size=1, max_size=6), min_size=1, max_size=3))
@example([("write", "a/b", b"1")], [[("delete", "a", None), ("write", "a", b"2")]])
@example([("link", "a", "nowhere")], [[("delete", "a", None), ("folder", "a", 0o555), ("write", "a/b", b"")]])
def test_undoing_a_run_of_programs_brings_back_every_byte_mode_and_link(tmp_path_factory, before, steps):
    root = fresh(tmp_path_factory, before)
    was = picture(root)
    store = open_store(root)
    for index, acts in enumerate(steps):
        step(store, "run", index, None, lambda acts=acts: [do(root, deed) for deed in acts])
    left = picture(root)
    undo(root, "run")
    assert picture(root) == was
    assert not plan(root, "run").changes
    undo(root, "undo-1", undo_id="undo-2")
    assert picture(root) == left, "undoing is undone by undoing it"


@pytest.mark.spec("SN-002", "SN-010")
@given(st.lists(deeds, max_size=8), st.lists(st.tuples(paths, st.binary(max_size=9)), min_size=1, max_size=5))
def test_undoing_a_run_of_file_tools_brings_back_what_they_wrote_over(tmp_path_factory, before, writes):
    root = fresh(tmp_path_factory, before)
    was = picture(root)
    store = open_store(root)
    for index, (path, content) in enumerate(writes):
        if (root / path).is_symlink() or any(above.is_symlink() for above in (root / path).parents):
            continue
        step(store, "run", index, [path], lambda path=path, content=content: do(root, ("write", path, content)))
    if (root / ".llmos/state/snapshots/runs/run.jsonl").exists():
        undo(root, "run")
    assert picture(root) == was


@pytest.mark.spec("SN-011")
@given(st.lists(deeds, max_size=10), st.lists(deeds, min_size=1, max_size=6), deeds)
def test_what_was_changed_after_the_run_is_a_conflict_or_not_touched(tmp_path_factory, before, acts, later):
    root = fresh(tmp_path_factory, before)
    was = picture(root)
    store = open_store(root)
    step(store, "run", 0, None, lambda: [do(root, deed) for deed in acts])
    left = picture(root)
    do(root, later)
    now = picture(root)
    touched = {path for path in {*left, *now} if left.get(path) != now.get(path)}
    found = plan(root, "run")
    changed = {change.path for change in found.changes if not change.conflict}
    assert not [path for path in touched & changed if now.get(path) != was.get(path) and path in now]
    undo(root, "run")
    undo(root, "undo-1", undo_id="undo-2")
    assert picture(root) == now, "even what was forced is brought back by undoing the undoing"


@pytest.mark.spec("SN-012")
@given(st.lists(deeds, max_size=10), st.lists(deeds, min_size=1, max_size=8), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_undoing_that_is_killed_at_any_write_is_finished_by_doing_it_again(tmp_path_factory, before, acts, data):
    root = fresh(tmp_path_factory, before)
    was = picture(root)
    store = open_store(root)
    step(store, "run", 0, None, lambda: [do(root, deed) for deed in acts])
    left = picture(root)
    for _ in range(data.draw(st.integers(1, 3))):
        with pytest.MonkeyPatch.context() as patched:
            _kill_at(patched, data.draw(st.integers(0, 12)))
            with suppress(Died):
                undo(root, "run", undo_id=f"undo-{next(_numbers)}")
    undo(root, "run", undo_id=f"undo-{next(_numbers)}")
    assert picture(root) == was
    if left != was:
        undo(root, _finished_undo(root), undo_id="again")
        assert picture(root) == left


def _finished_undo(root):
    """Return the id of the one undoing that did something and came to its end."""
    for path in sorted((root / ".llmos/state/snapshots/runs").glob("undo-*")):
        lines = {line["kind"]: line for line in read_book(path).lines}
        if "ended" in lines and lines["undo"]["plan"]:
            return path.name.removesuffix(".jsonl")
    raise AssertionError("nothing was undone")


_numbers = count(10_000)
WRITES = ("rename", "unlink", "rmdir", "mkdir", "symlink", "fchmod", "open")


def _kill_at(patched, number):
    """Let the process die at the `number`-th change that undoing makes, each being one system call."""
    left = iter(range(number))

    def dying(real):
        def call(*args, **kwargs):
            is_write = real.__name__ != "open" or (len(args) > 1 and args[1] & os.O_CREAT)
            if is_write and next(left, None) is None:
                raise Died
            return real(*args, **kwargs)

        return call

    for name in WRITES:
        patched.setattr(undoing_module.os, name, dying(getattr(os, name)))


@pytest.mark.spec("SN-011")
def test_a_file_that_was_edited_after_the_run_is_not_touched_without_force(root):
    do(root, ("write", "a", b"old"))
    store = open_store(root)
    step(store, "run", 0, ["a"], lambda: do(root, ("write", "a", b"new")))
    do(root, ("write", "a", b"mine"))
    found = plan(root, "run")
    assert [(change.path, change.conflict) for change in found.conflicts] == [("a", "it was changed after the run")]
    undo(root, "run")
    assert (root / "a").read_bytes() == b"old"
    undo(root, "undo-1", undo_id="undo-2")
    assert (root / "a").read_bytes() == b"mine"


@pytest.mark.spec("SN-011")
def test_a_run_that_died_inside_a_step_asks_back(root):
    do(root, ("write", "a", b"old"))
    open_store(root).keep("run", 0, None, at=AT)
    do(root, ("write", "a", b"half"))
    found = plan(root, "run")
    assert [change.path for change in found.conflicts] == ["a"]
    undo(root, "run")
    assert (root / "a").read_bytes() == b"old"


@pytest.mark.spec("SN-011")
def test_what_others_changed_between_two_steps_is_a_conflict(root):
    store = open_store(root)
    step(store, "run", 0, ["a"], lambda: do(root, ("write", "a", b"1")))
    do(root, ("write", "a", b"mine"))
    step(store, "run", 1, ["a"], lambda: do(root, ("write", "a", b"2")))
    assert [change.conflict for change in plan(root, "run").changes] == ["somebody else changed it during the run"]


def test_a_folder_that_the_run_made_stays_while_it_holds_later_work(root):
    store = open_store(root)
    step(store, "run", 0, ["d/a"], lambda: do(root, ("write", "d/a", b"1")))
    do(root, ("write", "d/mine", b"2"))
    assert plan(root, "run").is_safe
    undo(root, "run")
    assert [path.name for path in (root / "d").iterdir()] == ["mine"]


def test_the_whole_of_git_comes_back(root):
    do(root, ("write", ".git/objects/ab/cd", b"object"))
    do(root, ("chmod", ".git/objects/ab/cd", 0o444))
    do(root, ("write", ".git/HEAD", b"ref"))
    was = picture(root)
    step(open_store(root), "run", 0, None, lambda: shutil.rmtree(root / ".git"))
    undo(root, "run")
    assert picture(root) == was


@pytest.mark.spec("SN-003")
def test_llmos_own_folder_is_neither_kept_nor_put_back(root):
    (root / ".llmos").mkdir()
    (root / ".llmos/config.toml").write_text("a = 1")
    store = open_store(root)
    step(store, "run", 0, None, lambda: (root / ".llmos/config.toml").write_text("b = 2"))
    assert not plan(root, "run").changes
    with pytest.raises(StorageError):
        store.keep("run", 1, [".llmos/config.toml"], at=AT)
    with pytest.raises(StorageError):
        store.keep("run", 1, ["../outside"], at=AT)


def test_a_link_is_kept_where_it_leads(root):
    do(root, ("write", "a", b"old"))
    (root / "l").symlink_to("a")
    step(open_store(root), "run", 0, ["l"], lambda: do(root, ("write", "a", b"new")))
    undo(root, "run")
    assert (root / "a").read_bytes() == b"old"
    assert (root / "l").is_symlink()


def test_a_folder_that_was_swapped_for_a_link_leads_nowhere(root, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    do(root, ("write", "d/a", b"old"))
    step(open_store(root), "run", 0, ["d/a"], lambda: do(root, ("write", "d/a", b"new")))
    shutil.rmtree(root / "d")
    (root / "d").symlink_to(outside)
    (outside / "a").write_bytes(b"new")
    assert plan(root, "run").conflicts
    with pytest.raises(StorageError):
        undo(root, "run")
    assert (outside / "a").read_bytes() == b"new"
    assert [path.name for path in outside.iterdir()] == ["a"]


@pytest.mark.spec("SN-013")
def test_a_damaged_content_is_noticed_before_anything_is_changed(root):
    do(root, ("write", "a", b"old a"))
    do(root, ("write", "b", b"old b"))
    step(open_store(root), "run", 0, ["a", "b"], lambda: [do(root, ("write", n, b"new")) for n in ("a", "b")])
    stored = next(p for p in (root / ".llmos/state/snapshots/objects").rglob("*") if p.is_file())
    stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    with pytest.raises(StorageError, match=r"damaged|cannot be read"):
        undo(root, "run")
    assert (root / "a").read_bytes() == (root / "b").read_bytes() == b"new"


@pytest.mark.spec("SN-012", "SN-014")
def test_nothing_is_forgotten_while_a_run_is_undone(root, monkeypatch):
    do(root, ("write", "a", b"old"))
    step(open_store(root), "run", 0, ["a"], lambda: do(root, ("write", "a", b"new")))
    forgotten, real = [], undoing_module.write_line

    def forget_and_write(path, facts):
        forgotten.append(prune(root / ".llmos/state/snapshots", keep_runs=0, keep_days=30))
        real(path, facts)

    monkeypatch.setattr(undoing_module, "write_line", forget_and_write)
    undo(root, "run")
    assert forgotten == [0, 0, 0], "before what was there is kept, before the plan, and before the end"
    undo(root, "undo-1", undo_id="undo-2")
    assert (root / "a").read_bytes() == b"new"


@pytest.mark.spec("SN-006", "SN-013")
def test_every_changed_byte_of_a_book_is_noticed(root):
    step(open_store(root), "run", 0, ["a"], lambda: do(root, ("write", "a", b"1")))
    book = root / ".llmos/state/snapshots/runs/run.jsonl"
    whole = book.read_bytes()
    for where in range(len(whole) - 1):
        changed = bytearray(whole)
        changed[where] ^= 0x01
        book.write_bytes(changed)
        found = plan(root, "run")
        assert not found.is_safe, where


@pytest.mark.spec("SN-006")
def test_a_torn_last_line_is_a_step_that_never_happened(root):
    step(open_store(root), "run", 0, ["a"], lambda: do(root, ("write", "a", b"1")))
    book = root / ".llmos/state/snapshots/runs/run.jsonl"
    book.write_bytes(book.read_bytes() + b'{"kind":"kept","index":1,"at"')
    assert plan(root, "run").is_safe
    step(open_store(root), "run", 2, ["b"], lambda: do(root, ("write", "b", b"1")))
    assert len(plan(root, "run").changes) == 2


@pytest.mark.parametrize("run", ["", "nothing", "run"])
def test_an_unknown_or_ambiguous_run_is_wrong_usage(root, run):
    store = open_store(root)
    step(store, "run-1", 0, ["a"], lambda: None)
    step(store, "run-2", 0, ["a"], lambda: None)
    with pytest.raises(UsageError):
        plan(root, run)

"""Law: whatever is wrong with a file, a folder or the disk, one message names it, and nothing is lost."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from forks import NOBODY, as_nobody
from llmos_core.errors import LlmosError, StorageError
from llmos_std.memory.backend import MarkdownMemory, open_memory
from llmos_std.memory.files import read_file
from worlds.traces import context_for, keys_of, make_trace

KEY = keys_of("Write a greeting")[0]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MarkdownMemory]:
    with open_memory(context_for(tmp_path)) as opened:
        yield opened


@pytest.fixture
def open_workspace() -> Iterator[Path]:
    """A workspace that belongs to an ordinary user."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


def traces_of(workspace: Path) -> Path:
    return workspace / ".llmos" / "memories" / "traces"


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "index" not in path.name}


@pytest.mark.spec("TR-035")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1: "),
        (b"# Just notes\n", "line 1: expected '---'"),
        (b'---\nschema: "llmos.trace/9"\n---\n', "line 2: expected schema"),
        (b"\xff\xfe", "line 1: byte 0xff is not UTF-8"),
        (b"---\nid: x\n", "line 2: "),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_disturbs_nothing_else(
    memory: MarkdownMemory, tmp_path: Path, content: bytes, words: str
) -> None:
    trace = memory.save(make_trace())
    (traces_of(tmp_path) / "broken.md").write_bytes(content)
    (problem,) = memory.problems()
    assert problem.startswith(f"{traces_of(tmp_path) / 'broken.md'}, {words}")
    assert problem.endswith("restore the file from a copy, or remove it and learn the goal again")
    assert memory.find(KEY) == tuple(memory.list()) == (trace,)
    assert memory.candidates("broken write")[0][0] == trace


@pytest.mark.spec("TR-035")
def test_a_file_that_is_cut_while_it_is_known_is_not_used_and_named(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    path = Path(memory.path(trace.id))
    path.write_bytes(path.read_bytes().partition(b"## Notes")[0])
    assert memory.find(KEY) == ()
    assert "was cut" in memory.problems()[0]
    assert memory.save(make_trace()) == trace
    assert memory.find(KEY) == (trace,)


@pytest.mark.spec("TR-035")
def test_a_problem_is_gone_when_its_file_is(memory: MarkdownMemory, tmp_path: Path) -> None:
    memory.save(make_trace())
    (traces_of(tmp_path) / "broken.md").write_text("broken")
    assert len(memory.problems()) == 1
    (traces_of(tmp_path) / "broken.md").unlink()
    assert memory.problems() == ()


def make_folder(path: Path) -> None:
    path.mkdir()


def make_link(path: Path) -> None:
    target = path.parent.parent / "target"
    shutil.copy(next(path.parent.glob("write*.md")), target)
    path.symlink_to(target)


@pytest.mark.spec("TR-035")
@pytest.mark.parametrize("make", [make_folder, make_link, os.mkfifo], ids=["folder", "link", "pipe"])
def test_what_is_no_regular_file_is_named_and_not_followed(
    memory: MarkdownMemory, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    trace = memory.save(make_trace())
    make(traces_of(tmp_path) / "odd.md")
    (problem,) = memory.problems()
    assert problem.startswith(f"{traces_of(tmp_path) / 'odd.md'} is not a regular file")
    assert memory.find(KEY) == (trace,)


def test_a_trace_that_became_a_link_or_a_pipe_is_not_read(memory: MarkdownMemory, tmp_path: Path) -> None:
    for number, make in enumerate((make_link, os.mkfifo)):
        trace = memory.save(make_trace(f"Goal {number}"))
        memory.save(make_trace())
        path = Path(memory.path(trace.id))
        path.unlink()
        make(path)
        assert memory.find(keys_of(f"Goal {number}")[0]) == ()


def test_a_link_is_not_followed(memory: MarkdownMemory, tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to(memory.path(memory.save(make_trace()).id))
    with pytest.raises(OSError, match="symbolic links"):
        read_file(tmp_path / "link.md")


def test_names_that_are_not_text_are_no_trouble(memory: MarkdownMemory, tmp_path: Path) -> None:
    trace = memory.save(make_trace())
    shutil.move(memory.path(trace.id), os.fsencode(traces_of(tmp_path)) + b"/na\xffme\n.md")
    assert memory.find(KEY) == (trace,)
    assert memory.record_outcome(trace.id, verified=True).uses == 1
    assert memory.problems() == ()
    assert memory.forget(trace.id)


@pytest.mark.parametrize("where", ["traces", "state", "memories"])
def test_a_file_where_a_folder_belongs_is_named(tmp_path: Path, where: str) -> None:
    paths = {"traces": traces_of(tmp_path), "memories": traces_of(tmp_path).parent, "state": tmp_path / ".llmos/state"}
    paths[where].parent.mkdir(parents=True)
    paths[where].write_text("a file")
    with open_memory(context_for(tmp_path)) as memory, pytest.raises(StorageError, match=str(paths[where])):
        memory.save(make_trace())
    assert paths[where].read_text() == "a file"


@pytest.mark.spec("TR-034")
@pytest.mark.parametrize("failing", ["write", "fsync", "open", "rename"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_write_that_fails_names_the_file_and_leaves_no_part_of_it(
    memory: MarkdownMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: int
) -> None:
    old = memory.save(make_trace())
    before = everything_in(tmp_path)
    with monkeypatch.context() as patched:
        fail_on(patched, failing, error)
        with pytest.raises(StorageError) as caught:
            memory.save(make_trace("Another goal"))
        with pytest.raises(StorageError):
            memory.save(make_trace(episodes=("run-2",)))
    assert "another-goal" in str(caught.value)
    assert os.strerror(error) in str(caught.value)
    assert "then run again" in str(caught.value)
    assert everything_in(tmp_path) == before
    assert memory.find(KEY) == tuple(memory.list()) == (old,)
    assert memory.save(make_trace("Another goal")).goal == "Another goal"


def fail_on(patched: pytest.MonkeyPatch, failing: str, error: int) -> None:
    """Make one call of the system fail for new trace files."""

    def fail(*_facts: Any, **_more: Any) -> Any:
        raise OSError(error, os.strerror(error))

    if failing == "rename":
        patched.setattr(Path, "rename", fail)
    elif failing == "open":
        really = os.open
        patched.setattr(os, "open", lambda path, *rest: fail() if str(path).endswith(".tmp") else really(path, *rest))
    else:
        patched.setattr(os, failing, fail)


@pytest.mark.spec("TR-034")
def test_a_copy_of_counters_that_fails_counts_all_the_same(
    memory: MarkdownMemory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = memory.save(make_trace())
    before = everything_in(tmp_path)
    with monkeypatch.context() as patched:
        fail_on(patched, "write", errno.ENOSPC)
        assert memory.record_outcome(trace.id, verified=True).uses == 1
    assert everything_in(tmp_path) == before
    assert memory.record_outcome(trace.id, verified=True).uses == 2
    assert "usage_count: 2" in Path(memory.path(trace.id)).read_text()


def outcome(work: Callable[[], object]) -> str:
    """Return the error's message, "" when there was none; anything but an error of ours passes."""
    try:
        work()
    except LlmosError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("closed", ["traces", "state"])
@pytest.mark.parametrize("mode", [0o000, 0o500], ids=["unreadable", "read-only"])
def test_a_folder_that_is_closed_is_named_in_one_message(open_workspace: Path, closed: str, mode: int) -> None:
    folder = traces_of(open_workspace) if closed == "traces" else open_workspace / ".llmos" / "state"

    def work() -> list[str]:
        with open_memory(context_for(open_workspace)) as memory:
            memory.save(make_trace())
        folder.chmod(mode)
        memory = open_memory(context_for(open_workspace))
        return [
            outcome(lambda: memory.save(make_trace("Another goal"))),
            outcome(lambda: memory.find(KEY)),
            outcome(lambda: list(memory.list())),
            *memory.problems(),
        ]

    messages = as_nobody(work)
    assert all(not message or str(folder) in message for message in messages)
    assert messages[0] or closed == "state"
    if mode == 0:
        assert all(messages)


@pytest.mark.spec("TR-035")
def test_a_file_that_may_not_be_read_is_named_and_tried_again_later(open_workspace: Path) -> None:
    def work() -> list[Any]:
        memory = open_memory(context_for(open_workspace))
        trace = memory.save(make_trace())
        other = memory.save(make_trace("Another goal"))
        path = Path(memory.path(trace.id))
        path.chmod(0)
        memory.close()
        for database in (open_workspace / ".llmos" / "state").iterdir():
            database.unlink()
        memory = open_memory(context_for(open_workspace))
        found = [memory.problems(), len(memory.find(KEY)), [each.id for each in memory.list()] == [other.id]]
        path.chmod(0o600)
        return [*found, memory.problems(), len(memory.find(KEY))]

    problems, hidden, is_other_there, later, found = as_nobody(work)
    assert len(problems) == 1
    assert "cannot be read" in problems[0]
    assert [hidden, is_other_there, later, found] == [0, True, [], 1]


def test_what_a_killed_writer_left_long_ago_is_removed(memory: MarkdownMemory, tmp_path: Path) -> None:
    memory.save(make_trace())
    old, new = traces_of(tmp_path) / ".old.md.1.tmp", traces_of(tmp_path) / ".new.md.2.tmp"
    old.write_text("half")
    new.write_text("half")
    os.utime(old, (0, 0))
    assert memory.problems() == ()
    assert (old.exists(), new.exists()) == (False, True)

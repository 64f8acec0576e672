"""Law: whatever is wrong with a file, one StorageError names it and the next step, and no byte of it is lost."""

import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from storage_schema import ADD, COUNT, SHELF

from forks import NOBODY, Child, as_nobody, in_children
from llmos_core.errors import StorageError
from llmos_std.storage.database import Database

NOTES = [(str(number) * 300,) for number in range(60)]
TEXTS = "SELECT text FROM notes ORDER BY number"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a closed file with sixty notes."""
    path = tmp_path_factory.mktemp("sound") / "x.db"
    database = Database(path, SHELF)
    with database.open_transaction(durable=True) as connection:
        connection.executemany(ADD, NOTES)
    database.close()
    return path.read_bytes()


@pytest.fixture(scope="module")
def with_log(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The bytes of a closed file and of its write-ahead log, which holds twenty notes."""
    path = tmp_path_factory.mktemp("with_log") / "x.db"
    database = Database(path, SHELF)
    for note in NOTES[:20]:
        database.write(ADD, note, durable=False)
    database.close()
    return path.read_bytes(), path.with_name("x.db-wal").read_bytes()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that belongs to an ordinary user."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def message_of(work: Callable[[], object]) -> str:
    """Return the message of the StorageError that `work` must raise."""
    with pytest.raises(StorageError) as caught:
        work()
    return str(caught.value)


def uses() -> Iterator[Callable[[Database], object]]:
    yield lambda database: database.rows(TEXTS)
    yield lambda database: database.write(ADD, ("x",), durable=True)


def trouble_of(path: Path, use: Callable[[Database], object]) -> str:
    """Return the message of the StorageError that a use ends in, "" when it ends well; anything else passes."""
    database = Database(path, SHELF)
    try:
        use(database)
    except StorageError as error:
        return str(error)
    finally:
        database.close()
    return ""


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_truncated_file_is_called_damaged_and_stays_as_it_is(sound: bytes, data: st.DataObject) -> None:
    last_page = st.integers(len(sound) - 4096, len(sound) - 1)
    length = data.draw(st.one_of(st.integers(0, 120), st.integers(0, len(sound) - 1), last_page))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        path.write_bytes(sound[:length])
        for use in uses():
            message = trouble_of(path, use)
            assert f"{path} is damaged" in message, message
            assert "mv " in message
            assert "only test notes" in message
        assert path.read_bytes() == sound[:length]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_flipped_bit_ends_in_one_message_or_in_no_harm_to_the_reader(sound: bytes, data: st.DataObject) -> None:
    position = data.draw(st.one_of(st.integers(0, 120), st.integers(0, len(sound) - 1)))
    bit = data.draw(st.integers(0, 7))
    bent = bytearray(sound)
    bent[position] ^= 1 << bit
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        path.write_bytes(bent)
        for use in uses():
            message = trouble_of(path, use)
            assert message == "" or str(path) in message


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_from_a_damaged_log_comes_back_what_was_written_up_to_some_moment(
    with_log: tuple[bytes, bytes], data: st.DataObject
) -> None:
    stored, log = with_log
    length = data.draw(st.integers(1, len(log)))
    position, bit = data.draw(st.integers(0, length - 1)), data.draw(st.integers(0, 7))
    bent = bytearray(log[:length])
    if data.draw(st.booleans()):
        bent[position] ^= 1 << bit
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        path.write_bytes(stored)
        path.with_name("x.db-wal").write_bytes(bent)
        database = Database(path, SHELF)
        found = database.rows(TEXTS)
        assert found == NOTES[: len(found)]
        database.write(ADD, ("more",), durable=True)
        assert database.rows(TEXTS) == [*found, ("more",)]
        database.close()


def test_the_advice_for_a_damaged_file_works_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "with space" / "x.db"
    path.parent.mkdir()
    damaged = b"no database at all" * 100
    path.write_bytes(damaged)
    message = message_of(lambda: Database(path, SHELF).rows(COUNT))
    command = message.split("move it aside with: ")[1].split("; ")[0]
    assert os.system(command) == 0
    assert (path.parent / "damaged" / "x.db").read_bytes() == damaged
    database = Database(path, SHELF)
    database.write(ADD, ("new",), durable=True)
    assert database.rows(COUNT) == [(1,)]
    database.close()


def test_a_full_disk_is_named_and_keeps_what_was_there(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db", SHELF)
    database.write(ADD, ("kept",), durable=True)
    connection = database._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 1")
    message = message_of(lambda: [database.write(ADD, ("x" * 5000,), durable=True) for _ in range(9)])
    assert str(tmp_path / "x.db") in message
    assert "no space" in message
    connection.execute("PRAGMA max_page_count = 1000000")
    database.write(ADD, ("again",), durable=True)
    assert database.rows("SELECT count(*) FROM notes WHERE text IN ('kept', 'again')") == [(2,)]
    database.close()


def test_a_write_that_the_system_refuses_is_named_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x.db"

    def until_refused(_index: int) -> tuple[int, str]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        database, added = Database(path, SHELF), 0
        try:
            while True:
                database.write(ADD, ("x" * 2000,), durable=True)
                added += 1
        except StorageError as error:
            return added, str(error)

    ((added, message),) = in_children(until_refused, number=1)
    assert str(path) in message
    assert "space" in message
    database = Database(path, SHELF)
    assert database.rows(COUNT) == [(added,)]
    assert added > 10
    database.close()


@pytest.mark.parametrize("at", ["making the folder", "making the file"])
def test_a_disk_that_is_full_from_the_start_is_named(tmp_path: Path, at: str) -> None:
    path = tmp_path / ("state/x.db" if at == "making the folder" else "x.db")

    def refused(_index: int) -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        return message_of(lambda: Database(path, SHELF).write(ADD, ("x",), durable=True))

    assert in_children(refused, number=1)[0].startswith(str(path))
    database = Database(path, SHELF)
    database.write(ADD, ("room again",), durable=True)
    assert database.rows(COUNT) == [(1,)]
    database.close()


def test_a_folder_that_may_not_be_written_is_named(open_folder: Path) -> None:
    path = open_folder / "x.db"
    open_folder.chmod(0o500)
    message = as_nobody(lambda: message_of(lambda: Database(path, SHELF).write(ADD, ("x",), durable=True)))
    assert message.startswith(f"{path} cannot be opened or written")
    assert "mode 0600" in message


def test_a_file_that_may_not_be_read_is_named(open_folder: Path) -> None:
    path = open_folder / "x.db"
    as_nobody(lambda: Database(path, SHELF).write(ADD, ("x",), durable=True))
    for mode in (0o000, 0o400):
        path.chmod(mode)
        message = as_nobody(lambda: message_of(lambda: Database(path, SHELF).write(ADD, ("y",), durable=True)))
        assert message.startswith(f"{path} cannot be opened or written")
    path.chmod(0o600)
    assert as_nobody(lambda: Database(path, SHELF).rows(COUNT)) == [[1]]


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").mkdir()
    (tmp_path / "state").write_text("no folder")
    for path in (tmp_path / "x.db", tmp_path / "state" / "x.db"):
        assert str(path) in message_of(lambda path=path: Database(path, SHELF).write(ADD, ("x",), durable=True))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.db").write_bytes(b"")
    (tmp_path / "x.db").symlink_to(tmp_path / "real.db")
    assert "symbolic link" in message_of(lambda: Database(tmp_path / "x.db", SHELF).write(ADD, ("x",), durable=True))
    assert (tmp_path / "real.db").read_bytes() == b""


def test_another_process_that_does_not_let_go_is_reported_and_then_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    in_children(lambda _index: Database(path, SHELF).write(ADD, ("one",), durable=True), number=1)

    def hold(say: Callable[..., None]) -> None:
        with Database(path, SHELF).open_transaction(durable=True):
            say("held")
            os.read(os.pipe()[0], 1)

    holder = Child(hold)
    assert holder.first_word() == "held"
    database = Database(path, SHELF, wait_s=0.05)
    assert database.rows(COUNT) == [(1,)]
    message = message_of(lambda: database.write(ADD, ("two",), durable=True))
    assert f"{path} is locked by another process" in message
    holder.kill()
    holder.words()
    database.write(ADD, ("two",), durable=True)
    assert database.rows(COUNT) == [(2,)]
    database.close()


def test_a_lock_in_the_older_style_is_reported_too(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    note = Database(path, SHELF)
    note.write(ADD, ("one",), durable=True)
    note.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    assert "is locked" in message_of(lambda: Database(path, SHELF, wait_s=0).rows(COUNT))
    other.close()

"""Law: a database is made once, by writing; reading makes nothing; a transaction happens whole or not at all."""

import os
import sqlite3
import stat
import threading
from pathlib import Path

import attrs
import pytest
from storage_schema import ADD, COUNT, SHELF

from forks import in_children
from llmos_core.errors import StorageError
from llmos_std.storage.database import Database


def note(path: Path, text: str, *, wait_s: float = 30.0) -> None:
    database = Database(path, SHELF, wait_s=wait_s)
    database.write(ADD, (text,), durable=False)
    database.close()


def test_reading_what_does_not_exist_makes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "state" / "x.db", SHELF)
    assert database.rows(COUNT) == []
    database.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_read_by_others_and_after_reopening(tmp_path: Path) -> None:
    first, second = (Database(tmp_path / "x.db", SHELF) for _ in range(2))
    first.write(ADD, ("one",), durable=True)
    assert second.rows(COUNT) == [(1,)]
    second.write(ADD, ("two",), durable=False)
    assert first.rows(COUNT) == [(2,)]
    first.close()
    assert first.rows(COUNT) == [(2,)]
    first.close()
    second.close()


def test_all_its_files_are_private_in_a_private_folder(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        database = Database(tmp_path / "state" / "x.db", SHELF)
        database.write(ADD, ("one",), durable=True)
        files = list((tmp_path / "state").iterdir())
    finally:
        os.umask(old)
    assert {path.name for path in files} >= {"x.db", "x.db-wal"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    database.close()


def test_an_exception_undoes_the_whole_transaction(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db", SHELF)

    def add_and_stop(stop: BaseException) -> None:
        with database.open_transaction(durable=True) as connection:
            connection.execute(ADD, ("lost",))
            raise stop

    for stop in (KeyboardInterrupt(), ValueError(), sqlite3.IntegrityError()):
        with pytest.raises(type(stop)):
            add_and_stop(stop)
    assert database.rows(COUNT) == [(0,)]
    with database.open_transaction(durable=False) as connection:
        connection.execute(ADD, ("kept",))
    assert database.rows(COUNT) == [(1,)]
    database.close()


@pytest.mark.parametrize("attempt", range(10))
def test_processes_that_make_it_at_once_all_succeed(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "state" / "x.db"
    in_children(lambda index: note(path, str(index)))
    database = Database(path, SHELF)
    assert database.rows(COUNT) == [(8,)]
    database.close()


def test_only_what_was_written_durably_is_folded_into_the_file_on_closing(tmp_path: Path) -> None:
    path, log = tmp_path / "x.db", tmp_path / "x.db-wal"
    note(path, "one")
    stored = path.read_bytes()
    note(path, "two")
    assert path.read_bytes() == stored
    assert log.stat().st_size > 0
    database = Database(path, SHELF)
    assert database.rows(COUNT) == [(2,)]
    database.close()
    assert path.read_bytes() == stored
    database.write(ADD, ("three",), durable=True)
    database.close()
    assert not log.exists()
    assert path.read_bytes() != stored
    assert database.rows(COUNT) == [(3,)]
    database.close()


def test_threads_share_one_database(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db", SHELF)

    def add() -> None:
        for _ in range(20):
            with database.open_transaction(durable=False) as connection:
                connection.execute(ADD, ("a",))
                connection.execute(ADD, ("b",))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.rows(COUNT) == [(160,)]
    database.close()


def test_a_forked_child_is_refused_the_files_its_parent_has_open(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db", SHELF)
    database.write(ADD, ("parent",), durable=False)

    def child(_index: int) -> None:
        for used in (database, Database(tmp_path / "x.db", SHELF)):
            with pytest.raises(StorageError, match="spawn"):
                used.rows(COUNT)
        note(tmp_path / "other.db", "child")

    in_children(child, number=1)
    assert database.rows(COUNT) == [(1,)]
    database.close()


def test_a_making_that_was_cut_short_is_done_again_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "x.db.new").write_bytes(b"half a file")
    (tmp_path / "x.db.new-journal").write_bytes(b"half a journal")
    note(tmp_path / "x.db", "one")
    assert {path.name for path in tmp_path.iterdir()} == {"x.db", "x.db-wal", "x.db-shm"}


def test_a_write_ahead_log_without_its_file_is_set_aside_not_taken_over(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db", SHELF)
    database.write(ADD, ("old",), durable=True)
    log = (tmp_path / "x.db-wal").read_bytes()
    database.close()
    (tmp_path / "x.db").unlink()
    (tmp_path / "x.db-wal").write_bytes(log)
    assert database.rows(COUNT) == []
    database.write(ADD, ("new",), durable=True)
    assert database.rows("SELECT text FROM notes") == [("new",)]
    assert (tmp_path / "x.db-wal.left-over").read_bytes() == log
    database.close()


def test_a_newer_format_is_refused_kindly(tmp_path: Path) -> None:
    newer = attrs.evolve(SHELF, version=SHELF.version + 1)
    database = Database(tmp_path / "x.db", newer)
    database.write(ADD, ("from tomorrow",), durable=True)
    database.close()
    for use in (lambda d: d.rows(COUNT), lambda d: d.write(ADD, ("x",), durable=True)):
        with pytest.raises(StorageError, match="newer llmos") as caught:
            use(Database(tmp_path / "x.db", SHELF))
        assert str(tmp_path / "x.db") in str(caught.value)
    assert database.rows(COUNT) == [(1,)]
    database.close()


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE photos (name)")
    connection.close()
    before = path.read_bytes()
    for use in (lambda d: d.rows(COUNT), lambda d: d.write(ADD, ("x",), durable=True)):
        with pytest.raises(StorageError, match="not the shelf of llmos"):
            use(Database(path, SHELF))
    assert path.read_bytes() == before

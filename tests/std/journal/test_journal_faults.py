"""Law: what the journal cannot keep or read is said in one StorageError that names the file; nothing kept is lost."""

import os
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_records import ENDED
from journal_suite import BEGUN, _intend, _step

from llmos_core.errors import StorageError
from llmos_core.protocols.storing import Episode
from llmos_core.types.transcript import Origin, Turn
from llmos_std.journal.journal import SqliteJournal
from llmos_std.journal.tables import SCHEMA


def written(folder: Path) -> tuple[Episode, ...]:
    """Write three runs and return what a sound journal reads."""
    journal = SqliteJournal(folder)
    for number in range(3):
        run_id = f"run-{number}"
        journal.begin(run_id, **BEGUN)
        journal.turn(run_id, 0, Turn(origin=Origin.MODEL, text="x" * 2000))
        _intend(journal, run_id, 0, _step())
        journal.settle(run_id, _step())
        journal.end(run_id, **ENDED)
    journal.close()
    return everything(folder)


def everything(folder: Path) -> tuple[Episode, ...]:
    journal = SqliteJournal(folder)
    try:
        return tuple(filter(None, (journal.episode(f"run-{number}") for number in range(3))))
    finally:
        journal.close()


def everything_or_message(folder: Path) -> tuple[Episode, ...] | str:
    try:
        return everything(folder)
    except StorageError as error:
        return str(error)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, tuple[Episode, ...]]:
    folder = tmp_path_factory.mktemp("sound")
    episodes = written(folder)
    return (folder / "runs.db").read_bytes(), episodes


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_flipped_bit_never_shows_as_another_record(sound: Any, data: st.DataObject) -> None:
    stored, episodes = sound
    position, bit = data.draw(st.integers(0, len(stored) - 1)), data.draw(st.integers(0, 7))
    bent = bytearray(stored)
    bent[position] ^= 1 << bit
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs.db"
        path.write_bytes(bent)
        found = everything_or_message(Path(folder))
        if isinstance(found, str):
            assert found.startswith(str(path))
        else:
            assert {repr(episode) for episode in found} <= {repr(episode) for episode in episodes}


def test_a_damaged_file_says_what_is_lost_and_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_bytes(b"something else entirely" * 50)
    with pytest.raises(StorageError, match="learned traces are kept") as caught:
        SqliteJournal(tmp_path).begin("r", **BEGUN)
    assert str(tmp_path / "runs.db") in str(caught.value)
    assert "mv " in str(caught.value)
    assert (tmp_path / "runs.db").read_bytes() == b"something else entirely" * 50


def test_a_record_that_was_changed_by_hand_is_damage(tmp_path: Path) -> None:
    written(tmp_path)
    connection = sqlite3.connect(tmp_path / "runs.db")
    connection.execute("UPDATE records SET body = replace(body, 'done', 'gone') WHERE kind = 'end'")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="checksum"):
        everything(tmp_path)


def test_a_newer_format_is_refused_and_left_alone(tmp_path: Path) -> None:
    written(tmp_path)
    connection = sqlite3.connect(tmp_path / "runs.db")
    connection.execute(f"PRAGMA user_version = {attrs.evolve(SCHEMA, version=9).stamp}")
    connection.close()
    with pytest.raises(StorageError, match="format 9, this one knows 1"):
        everything(tmp_path)


def test_what_json_cannot_hold_is_refused_before_anything_happens(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path)
    journal.begin("r", **BEGUN)
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    from llmos_core.types.tools import ToolCall

    for value in ({1, 2}, object(), b"bytes", deep):
        call = ToolCall(id="1", tool="T", arguments={"a": value})
        with pytest.raises(StorageError, match=r"runs\.db"):
            _intend(journal, "r", 0, _step(call=call))
    found = journal.episode("r")
    assert found is not None
    assert found.pending is None
    journal.close()


def test_a_full_disk_leaves_every_acknowledged_step(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path)
    journal.begin("r", **BEGUN)
    connection = journal._database._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 20")
    kept: list[int] = []

    def settle_until_refused() -> None:
        for index in range(100):
            journal.settle("r", _step("x" * 3000, index=index))
            kept.append(index)

    with pytest.raises(StorageError, match="no space"):
        settle_until_refused()
    journal.close()
    found = SqliteJournal(tmp_path).episode("r")
    assert found is not None
    assert [step.index for step in found.steps] == kept
    assert kept


def test_its_files_are_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        journal = SqliteJournal(tmp_path / "state")
        journal.begin("r", **BEGUN)
        found = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "state").rglob("*")}
    finally:
        os.umask(old)
    assert {mode for name, mode in found.items() if name == "running"} == {0o700}
    assert {mode for name, mode in found.items() if name != "running"} == {0o600}
    journal.close()

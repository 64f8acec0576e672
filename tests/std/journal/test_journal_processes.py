"""Law: a run is alive exactly as long as its process; a dead one has one heir, however many ask or die asking."""

import os
from pathlib import Path
from typing import Any

import pytest
from journal_records import ENDED
from journal_suite import BEGUN

from forks import Child, Say, in_children
from llmos_core.errors import StorageError
from llmos_std.journal.journal import SqliteJournal


def begin_and_wait(folder: Path, run_id: str, say: Say, **facts: Any) -> None:
    SqliteJournal(folder).begin(run_id, **BEGUN, **facts)
    say("begun")
    os.read(os.pipe()[0], 1)


def died_in(folder: Path, run_id: str) -> None:
    """Let a process begin a run and be killed in it."""
    child = Child(lambda say: begin_and_wait(folder, run_id, say))
    assert child.first_word() == "begun"
    child.kill()
    child.words()


def interrupted(folder: Path) -> str:
    journal = SqliteJournal(folder)
    found = journal.interrupted("s")
    journal.close()
    return "" if found is None else found.run_id


def claim(folder: Path, run_id: str, by: str) -> bool:
    """Claim a run for another that begins and ends at once."""
    journal = SqliteJournal(folder)
    try:
        if not journal.claim(run_id, by):
            return False
        journal.begin(by, **BEGUN, resumes=run_id)
        journal.end(by, **ENDED)
        return True
    finally:
        journal.close()


def test_a_run_is_interrupted_only_after_its_process_died(tmp_path: Path) -> None:
    child = Child(lambda say: begin_and_wait(tmp_path, "r", say))
    assert child.first_word() == "begun"
    assert interrupted(tmp_path) == ""
    assert not claim(tmp_path, "r", "thief")
    child.kill()
    child.words()
    assert interrupted(tmp_path) == "r"


@pytest.mark.parametrize("attempt", range(10))
def test_of_four_processes_one_claims(tmp_path: Path, attempt: int) -> None:
    died_in(tmp_path, "r")

    def ask(index: int) -> tuple[str, bool]:
        return interrupted(tmp_path), claim(tmp_path, "r", f"heir-{index}")

    answers = in_children(ask, number=4)
    assert sum(is_claimed for _, is_claimed in answers) == 1, answers
    assert interrupted(tmp_path) == ""


def test_looking_never_makes_a_claim_fail(tmp_path: Path) -> None:
    for number in range(20):
        run_id = f"r{number}"
        died_in(tmp_path, run_id)

        def look_or_claim(index: int, run_id: str = run_id) -> bool:
            if index == 0:
                return claim(tmp_path, run_id, f"heir-of-{run_id}")
            return all(interrupted(tmp_path) in ("", run_id) for _ in range(5)) and False

        assert in_children(look_or_claim, number=3)[0], run_id


def test_a_claim_is_offered_again_when_the_heir_died_before_it_began(tmp_path: Path) -> None:
    died_in(tmp_path, "r")

    def claim_and_wait(say: Say) -> None:
        assert SqliteJournal(tmp_path).claim("r", "heir")
        say("claimed")
        os.read(os.pipe()[0], 1)

    child = Child(claim_and_wait)
    assert child.first_word() == "claimed"
    assert (interrupted(tmp_path), claim(tmp_path, "r", "other")) == ("", False)
    child.kill()
    child.words()
    assert interrupted(tmp_path) == "r"
    assert sum(in_children(lambda index: claim(tmp_path, "r", f"next-{index}"), number=4)) == 1


def test_a_claim_is_final_once_the_heir_began(tmp_path: Path) -> None:
    died_in(tmp_path, "r")

    def claim_and_begin(say: Say) -> None:
        journal = SqliteJournal(tmp_path)
        assert journal.claim("r", "heir")
        journal.begin("heir", **BEGUN, resumes="r")
        say("begun")
        os.read(os.pipe()[0], 1)

    child = Child(claim_and_begin)
    assert child.first_word() == "begun"
    child.kill()
    child.words()
    assert interrupted(tmp_path) == "heir"
    assert not claim(tmp_path, "r", "other")
    assert claim(tmp_path, "heir", "next")


def test_a_claim_is_offered_again_when_its_process_ends_before_the_heir_began(tmp_path: Path) -> None:
    died_in(tmp_path, "r")
    journal = SqliteJournal(tmp_path)
    assert journal.claim("r", "heir")
    assert interrupted(tmp_path) == ""
    journal.close()
    assert interrupted(tmp_path) == "r"
    assert sum(in_children(lambda index: claim(tmp_path, "r", f"next-{index}"), number=4)) == 1


def test_a_claim_is_offered_again_when_its_heir_cannot_begin(tmp_path: Path) -> None:
    died_in(tmp_path, "r")
    journal = SqliteJournal(tmp_path)
    assert journal.claim("r", "heir")
    connection = journal._database._connection
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageError, match="no space"):
        journal.begin("heir", **{**BEGUN, "goal": "x" * 100_000}, resumes="r")
    journal.close()
    assert interrupted(tmp_path) == "r"
    assert claim(tmp_path, "r", "other")


def test_a_run_that_lost_its_lock_file_counts_as_interrupted(tmp_path: Path) -> None:
    died_in(tmp_path, "r")
    for path in (tmp_path / "running").iterdir():
        path.unlink()
    assert interrupted(tmp_path) == "r"
    assert claim(tmp_path, "r", "heir")


def test_a_process_number_that_is_used_again_fools_nobody(tmp_path: Path) -> None:
    def begin_and_become_another(_index: int) -> int:
        SqliteJournal(tmp_path).begin("r", **BEGUN)
        os.execv("/bin/sh", ["sh", "-c", f"echo {os.getpid()} > {tmp_path}/pid; exec sleep 60"])

    child = Child(lambda _say: begin_and_become_another(0))
    assert child.first_word() is None
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        pass
    assert interrupted(tmp_path) == "r", "the process lives on, but llmos in it is gone"
    child.kill()
    child.words()


def test_a_folder_that_cannot_hold_the_locks_is_named(tmp_path: Path) -> None:
    (tmp_path / "running").write_text("no folder")
    with pytest.raises(StorageError, match="running"):
        SqliteJournal(tmp_path).begin("r", **BEGUN)

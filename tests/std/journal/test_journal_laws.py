"""Law: the SQLite journal keeps every law of a journal; nothing is touched before its first use."""

import importlib
from pathlib import Path

from journal_suite import BEGUN, journal_suite

from llmos_core.testing.fakes import plugin_context
from llmos_std.journal.journal import SqliteJournal, open_journal
from llmos_std.journal.plugin import llmos_services

TestSqliteJournal = journal_suite(lambda folder: open_journal(plugin_context(folder)), examples=15)


def test_opening_and_reading_touch_nothing(tmp_path: Path) -> None:
    with open_journal(plugin_context(tmp_path)) as journal:
        assert journal.interrupted("s") is None
        assert journal.episode("r") is None
        assert journal.episodes() == ()
        assert not journal.claim("r", "heir")
        assert list(tmp_path.iterdir()) == []


def test_it_lives_in_the_state_folder_of_the_workspace(tmp_path: Path) -> None:
    context = plugin_context(tmp_path)
    with open_journal(context) as journal:
        journal.begin("r", **BEGUN)
        assert (context.paths.state / "runs.db").is_file()


def test_the_plugin_names_its_factory() -> None:
    (service,) = llmos_services()
    module, name = service.factory.split(":")
    assert (service.role, getattr(importlib.import_module(module), name)) == ("journal", open_journal)


def test_nothing_is_left_behind_by_runs_that_are_over(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path)
    for run_id in ("a", "b"):
        journal.begin(run_id, **BEGUN)
        journal.suspend(run_id, reason="", at="")
    journal.begin("c", **BEGUN)
    journal.close()
    assert list((tmp_path / "running").iterdir()) == []

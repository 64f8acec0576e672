"""Law of `llmos undo`: a dry run changes nothing, later work is refused, and what was done is undone."""

import json

import pytest
from click.testing import CliRunner

from llmos_core.errors import UsageError
from llmos_std.cli.undo import undo
from llmos_std.snapshots.config import SnapshotsConfig
from llmos_std.snapshots.service import WorkspaceSnapshots

AT = "2026-11-21T10:00:00+00:00"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    root = tmp_path / "work"
    root.mkdir()
    monkeypatch.setenv("LLMOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LLMOS_WORKSPACE", str(root))
    (root / "a").write_text("old")
    store = WorkspaceSnapshots(root, root / ".llmos" / "state", SnapshotsConfig())
    store.keep("run-1", 0, None, at=AT)
    (root / "a").write_text("new")
    (root / "b").write_text("made")
    store.ended("run-1", 0, at=AT)
    return root


def asked(*words):
    result = CliRunner().invoke(undo, words, standalone_mode=False)
    assert result.exception is None, result.exception
    return result.return_value, result.output


def test_a_dry_run_shows_every_change_and_makes_none(workspace):
    code, output = asked("run-1", "--dry-run")
    assert code == 0
    assert output.splitlines()[:2] == ["replace a", "remove  b"]
    assert (workspace / "a").read_text() == "new"
    assert [path.name for path in (workspace / ".llmos/state/snapshots/runs").iterdir()] == ["run-1.jsonl"]


def test_what_was_done_is_undone_and_that_can_be_taken_back(workspace):
    code, output = asked("run", "--json")
    facts = json.loads(output)
    assert (code, facts["run"], facts["done"], facts["safe"]) == (0, "run-1", True, True)
    assert (workspace / "a").read_text() == "old"
    assert not (workspace / "b").exists()
    assert asked(facts["undo_id"])[0] == 0
    assert (workspace / "a").read_text() == "new"
    assert (workspace / "b").read_text() == "made"


def test_later_work_is_refused_until_the_user_insists(workspace):
    (workspace / "a").write_text("mine")
    code, output = asked("run-1")
    assert code == 1
    assert "replace a  (it was changed after the run)" in output
    assert "nothing was changed" in output
    assert ((workspace / "a").read_text(), (workspace / "b").exists()) == ("mine", True)
    assert asked("run-1", "--force")[0] == 0
    assert ((workspace / "a").read_text(), (workspace / "b").exists()) == ("old", False)


def test_a_run_that_is_undone_already_says_so(workspace):
    asked("run-1")
    code, output = asked("run-1")
    assert (code, "nothing to undo" in output) == (0, True)


def test_a_run_that_nobody_knows_is_answered_with_those_that_can_be_undone(workspace):
    store = WorkspaceSnapshots(workspace, workspace / ".llmos" / "state", SnapshotsConfig())
    for name in ("run-2", "run-3", "run-4", "undo-run-5"):
        store.keep(name, 0, ("a",), at=AT)
    with pytest.raises(UsageError, match=r"undone: run-4, run-3, run-2$"):
        CliRunner().invoke(undo, ["last"], standalone_mode=False, catch_exceptions=False)


def test_where_nothing_was_done_there_is_nothing_to_undo(workspace):
    for book in (workspace / ".llmos/state/snapshots/runs").iterdir():
        book.unlink()
    with pytest.raises(UsageError, match="no run here can be undone"):
        CliRunner().invoke(undo, ["last"], standalone_mode=False, catch_exceptions=False)

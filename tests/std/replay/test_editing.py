"""An edited trace does what the edit says once a person has accepted it, and claims no check that it does not have."""

from pathlib import Path

import pytest

from llmos_std.boot import LLMOS
from llmos_std.cli.main import code_of

GOAL = "create a file hello.txt that says hello"


def test_an_edited_argument_is_replayed_after_it_was_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.setenv("LLMOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LLMOS_MODEL__PROVIDER", "builtin")
    assert LLMOS(workspace=workspace).run(GOAL).status == "succeeded"
    (file,) = (workspace / ".llmos" / "memories" / "traces").glob("*.md")
    file.write_text(file.read_text().replace('content: "hello"', 'content: "good evening"'))
    (workspace / "hello.txt").unlink()
    waiting = LLMOS(workspace=workspace).run(GOAL, mode="FOLLOWER")
    assert waiting.status != "succeeded"
    assert not (workspace / "hello.txt").exists()
    (trace,) = [line.split()[0] for line in _listed(workspace, capsys)]
    assert code_of(["-C", str(workspace), "traces", "verify", trace, "--accept"]) == 0
    replayed = LLMOS(workspace=workspace).run(GOAL, mode="FOLLOWER")
    assert replayed.status == "succeeded"
    assert (workspace / "hello.txt").read_text() == "good evening"
    assert [step.verified for step in replayed.steps] == [False]
    assert "hello" not in replayed.output.split()


def _listed(workspace: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert code_of(["-C", str(workspace), "traces", "list"]) == 0
    return capsys.readouterr().out.splitlines()[1:]

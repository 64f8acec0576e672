"""The event log writes every event as one JSON line to the file that was named, and nothing when none was."""

import json
import stat
from pathlib import Path

from llmos_std.boot import LLMOS, LLMOSConfig

GOAL = "create a file hello.txt that says hello"


def run(tmp_path: Path, file: str) -> Path:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    config = LLMOSConfig(settings={"log.file": file, "model.provider": "builtin"})
    LLMOS(config=config, workspace=workspace, environ={"LLMOS_HOME": str(tmp_path / "home")}).run(GOAL)
    return workspace


def test_every_event_is_a_line(tmp_path: Path) -> None:
    log = run(tmp_path, "logs/events.jsonl") / "logs" / "events.jsonl"
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    kinds = [line["event"] for line in lines]
    assert kinds[0] == "run_started"
    assert kinds[-1] == "run_ended"
    assert {"mode_chosen", "step_started", "step_ended", "trace_learned"} <= set(kinds)
    assert len({line["run_id"] for line in lines}) == 1
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    workspace = run(tmp_path, "")
    assert sorted(path.name for path in workspace.iterdir()) == [".llmos", "hello.txt"]

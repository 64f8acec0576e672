"""Law: what an evaluation writes is what its specification says, and nothing of the held-out run leaks into it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from llmos_core.errors import StorageError
from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.cli.episodes_figures import write_predictions
from llmos_std.learning.evaluating import Log, Verdict, evaluate, known_truth
from llmos_std.learning.logs import read_runs

SPEC = Path(__file__).parents[2] / "specs" / "predictions" / "1"
SCHEMA = Draft202012Validator(json.loads((SPEC / "schema.json").read_text("utf-8")))
EFFECTS = {"find": Effect.READ, "book": Effect.REVERSIBLE_WRITE, "note": Effect.REVERSIBLE_WRITE}
CITIES = {"Oslo": "NO-1", "Lima": "PE-7", "Kyiv": "UA-3", "Bern": "CH-9", "Rome": "IT-2"}


def booking(city: str, place: str, **more: Any) -> dict[str, Any]:
    calls = [
        {"tool": "find", "args": {"city": city}, "output": {"place": place}},
        {"tool": "book", "args": {"place": place}, "output": "ok"},
    ]
    return {"goal": f"Book a room in {city}", "calls": calls, "succeeded": True, **more}


NOTE = {"tool": "note", "args": {"text": "caf\u00e9 \ud83d"}, "output": "ok"}
LINES = [
    *(booking(city, place, task=city, intent="book") for city, place in CITIES.items()),
    booking("Oslo", "NO-1", succeeded=False),
    {"goal": "caf\u00e9 \ud83d?", "calls": [NOTE]},
    {"goal": "Reserve something for Bern, quickly", "calls": booking("Bern", "CH-9")["calls"]},
]


def verdicts(folder: Path, lines: list[dict[str, Any]]) -> list[Verdict]:
    log = folder / "runs.jsonl"
    log.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    known = Log(read_runs(log, EFFECTS))
    return list(evaluate(known, known_truth(known)))


def predicted(folder: Path, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    write_predictions(folder / "out.jsonl", verdicts(folder, lines))
    return [json.loads(line) for line in (folder / "out.jsonl").read_bytes().decode("ascii").splitlines()]


@pytest.mark.parametrize("path", sorted((SPEC / "vectors" / "valid").glob("*.json")), ids=lambda path: path.stem)
def test_a_valid_line_satisfies_the_schema(path: Path) -> None:
    SCHEMA.validate(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("path", sorted((SPEC / "vectors" / "invalid").glob("*.json")), ids=lambda path: path.stem)
def test_an_invalid_line_does_not(path: Path) -> None:
    assert not SCHEMA.is_valid(json.loads(path.read_text("utf-8")))


@pytest.mark.spec("PD-001", "PD-002", "PD-006")
def test_each_run_has_one_line_in_order_whatever_its_text_holds(tmp_path: Path) -> None:
    found = predicted(tmp_path, LINES)
    for line in found:
        SCHEMA.validate(line)
    assert [line["goal"] for line in found] == [line["goal"] for line in LINES]
    assert {line["would"] for line in found} == {"follow", "mixed", "learn"}
    text = (tmp_path / "out.jsonl").read_bytes()
    assert text.endswith(b"}\n")
    predicted(tmp_path, LINES)
    assert (tmp_path / "out.jsonl").read_bytes() == text


@pytest.mark.spec("PD-003")
def test_the_calls_of_what_is_followed_are_all_that_the_run_did(tmp_path: Path) -> None:
    first = predicted(tmp_path, LINES)[0]
    assert first["would"] == "follow"
    recorded = [(call["tool"], call["args"]) for call in LINES[0]["calls"]]
    assert [(call["tool"], call["args"]) for call in first["calls"]] == recorded
    assert [call["effect"] for call in first["calls"]] == ["read", "reversible_write"]


@pytest.mark.spec("PD-004")
def test_a_line_does_not_know_what_the_held_out_run_did(tmp_path: Path) -> None:
    other = {**LINES[0], "succeeded": False, "answer": "x", "task": "another", "intent": "none"}
    other["calls"] = [LINES[0]["calls"][0], {"tool": "note", "args": {"text": "other"}, "output": "no"}]
    one, same = (predicted(tmp_path, [line, *LINES[1:5]])[0] for line in (LINES[0], other))
    keys = ("goal", "would", "why", "calls")
    assert [one[key] for key in keys] == [same[key] for key in keys]


@pytest.mark.spec("PD-005")
def test_only_what_the_oracle_filled_in_is_called_so(tmp_path: Path) -> None:
    for line in predicted(tmp_path, LINES):
        assert ("oracle" in line) == ("completed" in line) == (line["would"] == "mixed")
        assert not line.get("completed") or line["oracle"] is not None
    refused = evolve(verdicts(tmp_path, LINES)[-1], values=None)
    write_predictions(tmp_path / "out.jsonl", [refused])
    line = json.loads((tmp_path / "out.jsonl").read_text("ascii"))
    assert (line["would"], line["oracle"], line["completed"]) == ("mixed", None, [])


@pytest.mark.spec("PD-007")
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_a_write_that_was_broken_off_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, error: BaseException
) -> None:
    found = verdicts(tmp_path, LINES[:1])
    (tmp_path / "out.jsonl").write_text("old\n", "ascii")

    def break_off(*_arguments: Any) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(os, at, break_off)
        with pytest.raises(StorageError if isinstance(error, OSError) else KeyboardInterrupt):
            write_predictions(tmp_path / "out.jsonl", found)
    assert (tmp_path / "out.jsonl").read_text("ascii") == "old\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.jsonl", "runs.jsonl"]


@pytest.mark.spec("PD-007")
def test_a_link_stays_and_so_does_the_mode_of_the_file_behind_it(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text("old\n", "ascii")
    (tmp_path / "real.jsonl").chmod(0o640)
    (tmp_path / "out.jsonl").symlink_to("real.jsonl")
    predicted(tmp_path, LINES[:1])
    assert (tmp_path / "out.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "real.jsonl").read_text("ascii") != "old\n"


@pytest.mark.spec("PD-007")
def test_a_file_that_cannot_be_written_is_named_and_left_as_it_was(tmp_path: Path) -> None:
    found = verdicts(tmp_path, LINES[:1])
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "folder", tmp_path / "nowhere" / "out.jsonl"):
        with pytest.raises(StorageError, match=f"{place.name} cannot be written"):
            write_predictions(place, found)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "runs.jsonl"]

"""Law: what the schema of a log allows is read, and what it refuses is refused by the reader too, by name and place."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from llmos_core.errors import UsageError
from llmos_std.learning.logs import read_log, read_runs

SPEC = Path(__file__).parents[2] / "specs" / "episodes-log" / "1"
SCHEMA = Draft202012Validator(json.loads((SPEC / "schema.json").read_text("utf-8")))
VALID = sorted((SPEC / "vectors" / "valid").glob("*.json"))
INVALID = sorted((SPEC / "vectors" / "invalid").glob("*.json"))


def as_line(path: Path, folder: Path) -> Path:
    log = folder / "runs.jsonl"
    log.write_text(json.dumps(json.loads(path.read_text("utf-8"))) + "\n", "utf-8")
    return log


@pytest.mark.spec("EL-001")
@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_run_satisfies_the_schema_and_is_read(path: Path, tmp_path: Path) -> None:
    SCHEMA.validate(json.loads(path.read_text("utf-8")))
    assert len(read_runs(as_line(path, tmp_path), {})) == 1


@pytest.mark.spec("EL-001")
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_run_is_refused_by_the_schema_and_named_by_the_reader(path: Path, tmp_path: Path) -> None:
    assert not SCHEMA.is_valid(json.loads(path.read_text("utf-8")))
    with pytest.raises(UsageError, match=r"runs\.jsonl"):
        read_runs(as_line(path, tmp_path), {})


@pytest.mark.spec("EL-001")
def test_every_broken_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    valid = [json.dumps(json.loads(path.read_text("utf-8"))) for path in VALID]
    lines = [valid[0], '{"goal": "cut', *valid[1:], "[1", "\x00"]
    log = tmp_path / "runs.jsonl"
    log.write_text("\n".join(lines), "utf-8")
    runs, problems = read_log(log, {})
    assert len(runs) == len(VALID)
    places = [problem.split(": ")[0].rpartition(":")[2] for problem in problems]
    assert places == ["2", str(len(lines) - 1), str(len(lines))]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_of_runs_is_read_like_lines(tmp_path: Path, indent: int | None) -> None:
    runs = [json.loads(path.read_text("utf-8")) for path in VALID if path.stem != "bare-messages"]
    as_list, lines = tmp_path / "list.json", tmp_path / "lines.jsonl"
    as_list.write_text(json.dumps(runs, indent=indent), "utf-8")
    lines.write_text("\n".join(map(json.dumps, runs)), "utf-8")
    assert [run.id for run in read_runs(as_list, {})] == [run.id for run in read_runs(lines, {})]

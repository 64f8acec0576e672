"""Requirements of specs/snapshots/1 about the stored lines, shown on its vectors and on what llmos itself writes."""

import json
from pathlib import Path

import jsonschema
import pytest

from llmos_std.snapshots.book import facts_of
from llmos_std.snapshots.config import SnapshotsConfig
from llmos_std.snapshots.service import WorkspaceSnapshots
from llmos_std.snapshots.undoing import Undoing

SPEC = Path(__file__).parents[2] / "specs" / "snapshots" / "1"
SCHEMA = json.loads((SPEC / "schema.json").read_text("utf-8"))
VALID = (SPEC / "vectors" / "valid.jsonl").read_bytes().splitlines()
INVALID = (SPEC / "vectors" / "invalid.jsonl").read_bytes().splitlines()
AT = "2026-11-21T10:00:00+00:00"


def fits(record):
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(record)


@pytest.mark.spec("SN-006", "SN-007")
@pytest.mark.parametrize("line", VALID, ids=range(len(VALID)))
def test_a_valid_line_is_read_and_fits_the_schema(line):
    assert facts_of(line) == without_sum(line)
    assert fits(json.loads(line))


@pytest.mark.spec("SN-006", "SN-007")
@pytest.mark.parametrize("line", INVALID, ids=range(len(INVALID)))
def test_an_invalid_line_is_not_sound_or_does_not_fit_the_schema(line):
    assert facts_of(line) is None or not fits(json.loads(line))


def without_sum(line):
    return {name: value for name, value in json.loads(line).items() if name != "sum"}


@pytest.mark.spec("SN-007")
def test_what_llmos_writes_fits_the_schema(tmp_path):
    store = WorkspaceSnapshots(tmp_path, tmp_path / ".llmos" / "state", SnapshotsConfig())
    (tmp_path / "a").write_text("old")
    (tmp_path / "l").symlink_to("a")
    (tmp_path / "d").mkdir(mode=0o500)
    for index, paths in enumerate([None, ["a", "x/y"]]):
        store.keep("run", index, paths, at=AT)
        (tmp_path / "a").write_text(f"new {index}")
        store.ended("run", index, at=AT)
    undoing = Undoing(store, tmp_path, "run")
    undoing.finish(undoing.plan(), undo_id="undo-1", at=AT)
    lines = [line for path in store.books.iterdir() for line in path.read_bytes().splitlines()]
    assert len(lines) == 7
    assert all(fits(json.loads(line)) for line in lines)

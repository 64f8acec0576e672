"""Law: the reader sees in every valid vector what it must, and refuses every invalid one in the words of its reason."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from llmos_core.errors import TraceError
from llmos_core.types.trace import Statistics, Trace
from llmos_std.memory.document import FRONT_KEYS, OBSERVATION_KEYS, STEP_KEYS, Document
from llmos_std.memory.reader import parse, read_structure
from llmos_std.memory.writer import render
from worlds.traces import statistics, traces

SPEC = Path(__file__).parents[2] / "specs" / "trace" / "1"
SCHEMA = json.loads((SPEC / "schema.json").read_text())
VALID = sorted((SPEC / "vectors" / "valid").glob("*.md"))
INVALID = sorted((SPEC / "vectors" / "invalid").glob("*.md"))
BY_HAND = {"byte-order-mark", "crlf", "edited-alias", "edited-path", "edited-text", "edited-tools-used"}


def structure_of(data: bytes) -> dict[str, Any]:
    """Return what a reader sees, with money as JSON has it."""
    found = {**read_structure(data), "state": parse(data).trace.state.value}
    front = {key: float(value) if isinstance(value, Decimal) else value for key, value in found["front"].items()}
    return {**found, "front": front}


@pytest.mark.spec("TR-001", "TR-005", "TR-006", "TR-013", "TR-022")
@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_file_is_read_as_its_structure(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())
    assert structure_of(path.read_bytes()) == expected
    Draft202012Validator(SCHEMA).validate(expected)


@pytest.mark.spec("TR-014", "TR-016")
@pytest.mark.parametrize("path", [path for path in VALID if path.stem not in BY_HAND], ids=lambda path: path.stem)
def test_a_valid_file_of_the_writer_is_written_again_with_the_same_bytes(path: Path) -> None:
    assert render(parse(path.read_bytes())) == path.read_bytes()


@pytest.mark.spec("TR-022")
def test_the_vectors_that_were_edited_are_those_that_say_so() -> None:
    edited = {path.stem for path in VALID if parse(path.read_bytes()).trace.state.value == "edited"}
    assert edited == {name for name in BY_HAND if name.startswith("edited")}


@pytest.mark.spec("TR-002", "TR-003", "TR-004", "TR-005", "TR-006", "TR-007", "TR-011", "TR-015")
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_file_is_refused_in_the_words_of_its_reason(path: Path) -> None:
    reason = path.with_suffix(".txt").read_text().strip()
    with pytest.raises(TraceError) as caught:
        parse(path.read_bytes(), path.name)
    assert reason in str(caught.value)
    assert str(caught.value).startswith(f"{path.name}, line {caught.value.line}: ")


@settings(deadline=None)
@given(traces(), statistics())
def test_the_schema_describes_every_file_that_is_written(trace: Trace, counters: Statistics) -> None:
    data = render(Document(trace=trace, statistics=counters))
    Draft202012Validator(SCHEMA).validate(structure_of(data))


def test_schema_table_and_reader_name_the_same_keys() -> None:
    front, step = SCHEMA["$defs"]["front"], SCHEMA["$defs"]["step"]
    assert tuple(front["required"]) == tuple(front["properties"]) == FRONT_KEYS
    assert tuple(step["required"]) == tuple(step["properties"]) == STEP_KEYS
    observation = step["properties"]["observation"]
    assert tuple(observation["required"]) == tuple(observation["properties"]) == OBSERVATION_KEYS
    table = [row for row in (SPEC / "README.md").read_text().split("\n") if row.startswith("| `")]
    named = [word.strip("` ") for row in table for word in row.split("|")[1].split(",")]
    assert named == list(FRONT_KEYS)


def test_every_invalid_vector_has_a_reason_and_every_valid_one_a_structure() -> None:
    assert {path.stem for path in INVALID} == {path.stem for path in (SPEC / "vectors" / "invalid").glob("*.txt")}
    assert {path.stem for path in VALID} == {path.stem for path in (SPEC / "vectors" / "valid").glob("*.json")}
    assert len(VALID) >= 15
    assert len(INVALID) >= 30

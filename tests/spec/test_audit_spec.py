"""Every numbered requirement of specs/audit/1 that is about the stored bytes, shown on its vectors."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from llmos_std.audit.service import chain_of
from llmos_std.audit.verifying import verify

SPEC = Path(__file__).parents[2] / "specs" / "audit" / "1"
VALID = sorted((SPEC / "vectors" / "valid").iterdir())
INVALID = sorted((SPEC / "vectors" / "invalid").iterdir())
SCHEMA = json.loads((SPEC / "schema.json").read_text("utf-8"))


def named(folder: Path) -> str:
    return folder.name


def sound_lines(folder: Path) -> list[bytes]:
    lines = (folder / "chain.jsonl").read_bytes().splitlines()
    return [line for line in lines if line.endswith(b'"}')]


def problems(record: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(record)]


@pytest.mark.spec("AU-012", "AU-013", "AU-015")
@pytest.mark.parametrize("folder", VALID, ids=named)
def test_a_valid_chain_is_whole(folder):
    report = verify(folder / "chain.jsonl", folder / "head")
    assert report.is_whole, report.findings
    assert bool(report.open_decisions) == (folder.name in ("without-outcome", "closed-after-a-crash"))
    assert report.torn == (folder.name == "closed-after-a-crash")


@pytest.mark.spec("AU-011", "AU-013", "AU-014")
@pytest.mark.parametrize("folder", INVALID, ids=named)
def test_an_invalid_chain_is_not(folder):
    assert not verify(folder / "chain.jsonl", folder / "head").is_whole


@pytest.mark.spec("AU-006")
@pytest.mark.parametrize("folder", VALID, ids=named)
def test_every_record_satisfies_the_schema_and_its_members_are_needed(folder):
    for line in sound_lines(folder):
        record = json.loads(line)
        assert problems(record) == []
        for member in record:
            assert problems({name: value for name, value in record.items() if name != member}), member


@pytest.mark.spec("AU-004", "AU-005")
@pytest.mark.parametrize("folder", VALID, ids=named)
def test_hashes_can_be_computed_from_this_text_alone(folder):
    before = "0" * 64
    for number, line in enumerate(sound_lines(folder)):
        body, _, claimed = line.rpartition(b',"hash":"')
        record = json.loads(line)
        assert hashlib.sha256(body + b"}").hexdigest().encode() == claimed[:64]
        assert (record["prev"], record["n"]) == (before, number)
        before = record["hash"]


@pytest.mark.spec("AU-001")
def test_a_workspace_has_one_chain_by_whatever_name_it_is_reached(tmp_path):
    work, state = tmp_path / "work", tmp_path / "state"
    work.mkdir()
    (tmp_path / "link").symlink_to(work)
    chain = chain_of(state, work)
    key = hashlib.sha256(os.fsencode(os.path.realpath(work))).hexdigest()
    assert (chain.path, chain.anchor) == (state / "audit" / f"{key}.jsonl", state / "audit-heads" / key)
    assert chain_of(state, tmp_path / "link").path == chain.path

"""Law: a configuration file is accepted exactly as specs/config/1 says, and a bad one gives all of its problems.

Every vector of `invalid/` is read with its files, variables and given values; the problems found must be exactly those
listed, each at its place, with its key. The JSON Schema and the check are held against each other.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from llmos_core.config.loading import load_config
from llmos_core.config.schema import schema_of
from llmos_core.config.sources import read_sources
from llmos_core.errors import ConfigError
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry
from llmos_core.protocols.context import Paths
from llmos_std.presets import PRESETS

SPEC = Path(__file__).parents[2] / "specs" / "config" / "1"
INVALID = sorted((SPEC / "vectors" / "invalid").glob("*.json"))
VALID = sorted((SPEC / "vectors" / "valid").glob("*.toml"))
SECTIONS = Registry(PluginHost([point for point in discover() if point.distribution == "llmos"])).sections()
SCHEMAS = {
    project: Draft202012Validator(schema_of(SECTIONS, presets=PRESETS, project=project)) for project in (False, True)
}
ONLY_THE_CHECK_KNOWS = {
    "amount-that-is-no-number": "JSON has no NaN",
    "endless-amount": "JSON has no infinity",
    "endless-time": "JSON has no infinity",
    "time-that-is-no-number": "JSON has no NaN",
    "number-beyond-every-float": "JSON numbers have no size",
    "round-fraction-for-a-whole-number": "JSON Schema takes 2.0 for a whole number",
    "contradictory-thresholds": "two keys",
    "contradiction-with-a-default": "two keys",
    "key-named-twice": "two keys",
    "token-in-a-text": "the shape of a secret",
    "token-in-a-list": "the shape of a secret",
    "password-in-an-address": "the shape of a secret",
    "random-token-in-a-project": "the shape of a secret",
    "literal-header": "the name of a header",
    "keyring-entry-without-user": "the form of a place",
    "variables-with-wrong-values": "not in the file",
    "variables-that-name-nothing": "not in the file",
}


def problems_of(folder: Path, vector: dict[str, Any], data: bytes) -> tuple[list[str], Path]:
    """Return what is found in a vector, and the file that held it."""
    paths = Paths(
        workspace=folder / "work",
        user_config=folder / "home" / "config.toml",
        user_data=folder / "home" / "data",
        user_state=folder / "home" / "state",
        user_cache=folder / "home" / "cache",
    )
    is_project = vector.get("project", False)
    file = paths.house / "config.toml" if is_project else paths.user_config
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    sources = read_sources(
        paths,
        vector.get("environment", {}),
        project_file=file if is_project else None,
        presets=PRESETS,
        explicit=vector.get("given", {}),
        explicit_from="command line",
    )
    try:
        load_config(sources, SECTIONS).to_dict()
    except ConfigError as error:
        return list(error.problems), file
    return [], file


def is_meant(problem: str, wanted: dict[str, Any], file: Path) -> bool:
    place = wanted.get("place") or (f"{file}:{wanted['line']}" if wanted["line"] else str(file))
    return problem.startswith((f"{place}:", f"{place},")) and wanted["key"] in problem and wanted["fragment"] in problem


@pytest.mark.spec("CG-001", "CG-002", "CG-003", "CG-004", "CG-010", "CG-011", "CG-012", "CG-020", "CG-021", "CG-022")
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_bad_configuration_gives_all_its_problems(tmp_path: Path, path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))
    found, file = problems_of(tmp_path, vector, path.with_suffix(".toml").read_bytes())
    left = list(found)
    for wanted in vector["problems"]:
        meant = [problem for problem in left if is_meant(problem, wanted, file)]
        assert meant, (wanted, found)
        left.remove(meant[0])
    assert left == []


@pytest.mark.spec("CG-004")
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_problem_is_one_printable_line_without_the_secret(tmp_path: Path, path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))
    found, _ = problems_of(tmp_path, vector, path.with_suffix(".toml").read_bytes())
    assert all(problem.isprintable() and len(problem) < 600 for problem in found)
    told = "\n".join(found)
    for secret in ("sk-1234567890abcdef", "ghp_a1B2", "hunter2", "abcdef0123456789abcdef", "Zx81Qw7e"):
        assert secret not in told


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_good_configuration_is_accepted_by_the_check_and_the_schema(tmp_path: Path, path: Path) -> None:
    found, _ = problems_of(tmp_path, {}, path.read_bytes())
    assert found == []
    if path.stem != "other-spellings":  # a quoted section name is more than an editor can know
        assert list(SCHEMAS[False].iter_errors(tomllib.loads(path.read_text("utf-8")))) == []


@pytest.mark.spec("CG-030")
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_the_schema_refuses_what_a_schema_can_know(path: Path) -> None:
    try:
        tree = tomllib.loads(path.with_suffix(".toml").read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return  # it never comes to the schema
    vector = json.loads(path.read_text("utf-8"))
    is_refused = not SCHEMAS[vector.get("project", False)].is_valid(tree)
    assert is_refused == (path.stem not in ONLY_THE_CHECK_KNOWS)


def test_the_vectors_are_many_and_complete() -> None:
    assert len(INVALID) >= 40
    assert all(path.with_suffix(".toml").exists() for path in INVALID)
    assert set(ONLY_THE_CHECK_KNOWS) <= {path.stem for path in INVALID}

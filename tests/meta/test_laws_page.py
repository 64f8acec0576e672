"""The page of laws names only laws, mutants and tests that exist, and every law and mutant of replay."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "laws.md").read_text("utf-8")
REPLAY = ROOT / "tests" / "std" / "replay" / "test_laws_of_replay.py"


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def mutants() -> dict[str, list[str]]:
    """Return the table of laws and their mutants as the test file writes it."""
    for node in ast.parse(REPLAY.read_text("utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "MUTANTS":
            assert isinstance(node.value, ast.Dict)
            return {
                ast.literal_eval(key): [name.id for name in value.elts if isinstance(name, ast.Name)]
                for key, value in zip(node.value.keys, node.value.values, strict=True)
                if key is not None and isinstance(value, ast.Tuple)
            }
    raise AssertionError("no table of mutants")


def rows() -> dict[str, list[str]]:
    """Return the page's first table: law by name, its mutants."""
    found = re.findall(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \|$", PAGE, re.MULTILINE)
    return {law: re.findall(r"`(\w+)`", names) for law, names in found}


def test_the_page_has_every_law_with_every_mutant_and_no_other() -> None:
    assert rows() == mutants()


def test_each_law_and_each_mutant_is_a_function() -> None:
    laws = functions(ROOT / "tests" / "worlds" / "laws.py")
    assert rows().keys() <= laws
    assert {name for names in rows().values() for name in names} <= functions(REPLAY)


def test_each_named_test_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
    assert len(named) >= 10
    assert [f"{path}::{test}" for path, test in named if test not in functions(ROOT / path)] == []

"""Every numbered requirement of specs/ has a test that cites it, and no test cites one that does not exist.

A requirement is a line of a Markdown file under specs/ that begins with its id, after list marks and emphasis:
`- **CF-001** The score MUST …`. A test cites it with `@pytest.mark.spec("CF-001")`.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_ID = r"[A-Z]{2}-\d{3}"
_REQUIREMENT = re.compile(rf"^[ >*+#|-]*`?({_ID})\b", re.MULTILINE)


def requirements(text: str) -> dict[str, str]:
    """Return what a specification declares, in order: each id with its sentence (up to the next id or empty line)."""
    found = list(_REQUIREMENT.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    parts = [text[match.start() : end].split("\n\n", maxsplit=1)[0] for match, end in zip(found, ends, strict=True)]
    numbers = [match.group(1) for match in found]
    assert len(numbers) == len(set(numbers)), f"an id is declared twice: {numbers}"
    return dict(zip(numbers, parts, strict=True))


def cited(source: str) -> set[str]:
    """Return the ids that a test file cites in calls of `….mark.spec(…)`."""
    return {
        argument.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "spec"
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def specifications() -> list[Path]:
    """Return the texts of the specifications; what stands in a folder of vectors is data."""
    return sorted(path for path in (ROOT / "specs").rglob("*.md") if "vectors" not in path.parts)


@cache
def declared() -> dict[str, str]:
    return {
        number: path.relative_to(ROOT).as_posix()
        for path in specifications()
        for number in requirements(path.read_text("utf-8"))
    }


@cache
def all_cited() -> dict[str, str]:
    tests = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "plugins").rglob("test_*.py")]
    return {
        number: path.relative_to(ROOT).as_posix() for path in sorted(tests) for number in cited(path.read_text("utf-8"))
    }


def test_every_requirement_has_a_test() -> None:
    missing = {number: where for number, where in declared().items() if number not in all_cited()}
    assert not missing, "requirements without a test: " + ", ".join(f"{n} ({where})" for n, where in missing.items())


def test_no_test_cites_an_unknown_requirement() -> None:
    unknown = {number: where for number, where in all_cited().items() if number not in declared()}
    assert not unknown, "unknown requirements: " + ", ".join(f"{n} ({where})" for n, where in unknown.items())


@pytest.mark.parametrize("path", specifications(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_numbered_sentence_says_must(path: Path) -> None:
    mute = [number for number, part in requirements(path.read_text("utf-8")).items() if "MUST" not in part]
    assert not mute, f"numbered, but without a MUST: {mute}"


def test_an_id_belongs_to_one_specification() -> None:
    everywhere = [number for path in specifications() for number in requirements(path.read_text("utf-8"))]
    assert len(everywhere) == len(set(everywhere))


def test_the_reader_of_specifications_sees_declarations_and_not_mentions() -> None:
    text = "- **AB-001** It MUST hold, see AB-009.\n| `AB-002` | MUST |\nAs AB-003 says.\n  * AB-004 MUST.\n"
    assert list(requirements(text)) == ["AB-001", "AB-002", "AB-004"]
    assert "see AB-009" in requirements(text)["AB-001"]


def test_the_reader_of_tests_sees_every_way_to_cite() -> None:
    source = (
        "import pytest\npytestmark = pytest.mark.spec('AB-001')\n"
        "@pytest.mark.spec('AB-002', \"AB-003\")\ndef test_x(): ...\n"
        "case = pytest.param(1, marks=pytest.mark.spec('AB-004'))\n# AB-005\n"
    )
    assert cited(source) == {"AB-001", "AB-002", "AB-003", "AB-004"}

"""Law: the reference says what the program does: generated pages are current, exit codes and settings complete."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest
from test_config_fields import UNREAD
from test_specs import declared

from llmos_core.contrib import HOOKS
from llmos_core.protocols import acting, context, storing, thinking
from llmos_core.types.result import EXIT_CODES, EXIT_NO_MODEL
from llmos_std.cli.exits import EXIT_CONFIG, EXIT_USAGE

DOCS = Path(__file__).parents[2] / "docs"


def loaded(name: str) -> ModuleType:
    """Return a script of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(DOCS)
        yield loaded("generate")


def test_the_generated_pages_are_current(generate: ModuleType) -> None:
    stale = [path.name for path, text in generate.pages().items() if path.read_text("utf-8") != text]
    assert stale == [], "run: python docs/generate.py"


def test_the_page_of_promises_holds_every_requirement_once(generate: ModuleType) -> None:
    rows = re.findall(r"^\| ([A-Z]{2}-\d{3}) \| (.*MUST.*) \|$", generate.specs_page(), re.MULTILINE)
    assert [number for number, _ in rows] == sorted(declared(), key=list(dict(rows)).index)
    assert [number for number, sentence in rows if sentence.count("`") % 2 or not sentence[0].isprintable()] == []


def test_the_page_of_plugins_holds_every_hook_and_every_interface(generate: ModuleType) -> None:
    page = generate.plugins_page()
    assert [hook for hook in HOOKS.values() if f"| `{hook}` | " not in page] == []
    protocols = (acting, context, storing, thinking)
    named = {name for module in protocols for name, one in vars(module).items() if _is_own_class(one, module)}
    assert {name for name in named if f"#### `{name}`" not in page} == set()


def _is_own_class(one: object, module: ModuleType) -> bool:
    return isinstance(one, type) and one.__module__ == module.__name__


def test_the_settings_that_nothing_acts_on_are_marked(generate: ModuleType) -> None:
    assert {key for key, why in UNREAD.items() if not why.startswith("read ")} == generate.LATER


def test_the_page_of_exit_codes_lists_exactly_those_there_are() -> None:
    listed = re.findall(r"^\| (\d+) \|", (DOCS / "reference" / "exit-codes.md").read_text("utf-8"), re.MULTILINE)
    assert {int(code) for code in listed} == {*EXIT_CODES.values(), EXIT_NO_MODEL, EXIT_USAGE, EXIT_CONFIG}


def test_a_picture_of_a_terminal_shows_the_output_and_nothing_else() -> None:
    drawn = loaded("render_terminal").svg("llmos demo", ["1. <one>", "", "   succeeded & more"])
    assert re.findall(r">([^<>\n]+)</text>", drawn) == ["$ llmos demo", "1. &lt;one&gt;", "   succeeded &amp; more"]


def test_the_picture_of_the_demonstration_shows_what_it_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    draw = loaded("render_terminal")
    command = [sys.executable, "-c", "from llmos_std.cli.main import main; main()", "demo"]
    drawn = re.findall(r">([^<>\n]+)</text>", (DOCS / "images" / "demo.svg").read_text("utf-8"))
    shown = [unescape(line) for line in drawn[1:-1]]  # without the prompt and the mark that there is more
    assert _steady(shown) == _steady(draw.output_of(command, 35)[:-1]), "draw it again; see docs/render_terminal.py"


def _steady(lines: list[str]) -> str:
    """Return lines as one text without what differs from run to run: times, ids and where lines are broken."""
    text = re.sub(r"\d+ ms", "", "\n".join(lines))
    return re.sub(r"[0-9a-f]{16}|-[0-9a-f]{8}\.md", "", re.sub(r"\s", "", text))

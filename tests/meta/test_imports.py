"""Law of start-up: what a replay or a help page does not need is not imported. Each is looked at in a fresh process."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HELLO = "create a file hello.txt that says hello"

HEAVY = {
    *("asyncio", "attr", "attrs", "cattrs", "concurrent", "dataclasses", "httpx", "importlib.metadata", "jinja2"),
    *("jsonschema", "litellm", "logging", "msgspec", "multiprocessing", "numpy", "openai", "platformdirs", "pluggy"),
    *("pydantic", "rich", "socket", "ssl", "structlog", "subprocess", "tempfile", "tenacity", "tomllib", "yaml"),
}
"""Neither a replay nor a help page may import one of these."""

CLICK_NEEDS = {"click", "inspect", "shutil", "uuid"}
"""A help page is made by click; a replay goes without it and what it imports."""

MOST_OF_CORE, MOST_OF_REPLAY, MOST_OF_HELP = 120, 168, 30
"""Bounds a little above what was measured (3, 160 and 22 modules of ours): a jump shows that something leaked in."""

_RUN = """
import json, sys
from llmos_std.cli.main import code_of
code = code_of(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


MODEL = '[provider.litellm]\nmodel = "openai/gpt-4o-mini"\napi_base = "http://127.0.0.1:9/v1"\n'
SETTINGS = {
    "nothing set": ({}, ""),
    "a variable": ({"LLMOS_KERNEL__BUDGET_USD": "3"}, ""),
    "a model configured": ({}, MODEL),
    "both": ({"LLMOS_KERNEL__BUDGET_USD": "3"}, MODEL),
}
"""What people have set while they replay: variables, and their own configuration file."""


def imported_by(workspace: Path, *arguments: str, **variables: str) -> set[str]:
    """Return every module that one successful command of its own process has imported at its end."""
    code, modules = json.loads(_errors_of([sys.executable, "-c", _RUN, *arguments], workspace, **variables))
    assert code == 0
    return set(modules)


def _errors_of(command: Sequence[str], workspace: Path, **variables: str) -> str:
    environ = {"LLMOS_HOME": str(workspace / "home"), "PATH": "/usr/bin:/bin", **variables}
    done = subprocess.run(
        command, cwd=workspace, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=True
    )
    return done.stderr.decode()


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.startswith("llmos")}


@pytest.fixture(scope="module", params=SETTINGS)
def replay(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    workspace = tmp_path_factory.mktemp("replay")
    variables, text = SETTINGS[request.param]
    (workspace / "home").mkdir()
    (workspace / "home" / "config.toml").write_text(text)
    imported_by(workspace, "run", HELLO, "--provider", "builtin", **variables)
    imported_by(workspace, "run", HELLO, **variables)
    (workspace / "hello.txt").unlink()
    modules = imported_by(workspace, "run", HELLO, **variables)
    assert (workspace / "hello.txt").read_text() == "hello"
    return modules


@pytest.fixture(scope="module")
def help_page(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    workspace = tmp_path_factory.mktemp("help")
    imported_by(workspace, "--help")
    return imported_by(workspace, "--help")


def test_a_replay_imports_nothing_heavy_and_no_click(replay: set[str]) -> None:
    assert replay & (HEAVY | CLICK_NEEDS) == set()


def test_a_replay_imports_only_what_it_uses(replay: set[str]) -> None:
    assert len(ours(replay)) <= MOST_OF_REPLAY, sorted(ours(replay))
    unused = ("llmos_std.providers", "llmos_std.economy", "llmos_std.shell", "llmos_std.demo", "llmos_std.trust")
    assert [name for name in ours(replay) if name.startswith(unused)] == []


def test_a_help_page_imports_click_and_no_verb(help_page: set[str]) -> None:
    assert "click" in help_page
    assert help_page & HEAVY == set()
    assert len(ours(help_page)) <= MOST_OF_HELP, sorted(ours(help_page))
    assert [name for name in ours(help_page) if name.startswith("llmos_std.cli.") and name.endswith("run")] == []


def test_importing_the_core_imports_little(tmp_path: Path) -> None:
    code = "import sys; before = len(sys.modules); import llmos_core; sys.stderr.write(str(len(sys.modules) - before))"
    assert int(_errors_of([sys.executable, "-c", code], tmp_path)) <= MOST_OF_CORE

"""Law: who has read nothing but the how-to pages can add a strategy, a provider, a memory, a hook and a tool.

The package here lies outside of the repository, consists of what the pages say, and is installed with pip. All five are
found, listed, used, and swapped by configuration alone.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from docs_scene import ROOT, Scene, blocks

pytestmark = pytest.mark.plugins

MODULES = {
    "strategy": "write-a-strategy.md",
    "provider": "write-a-provider.md",
    "memory": "write-a-memory-backend.md",
    "hooks": "write-a-hook.md",
    "tool": "write-a-tool.md",
}
OFFERS = {
    ("strategy", "short-only"),
    ("provider", "echo"),
    ("memory", "json-file"),
    ("hook", "no-dotfiles"),
    ("tool", "MakeFolder"),
}
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "llmos-stranger"
version = "1.0.0"
dependencies = ["llmos", "cattrs"]

[project.entry-points."llmos.plugins"]
stranger = "llmos_stranger.plugin"
"""
PLUGIN = '''
"""Five things from a stranger."""

from llmos_core.contrib import Contribution, Role
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_mode_strategies():
    return [Contribution(name="short-only", summary="s", factory="llmos_stranger.strategy:open_short_only")]


@hookimpl
def llmos_providers():
    return [Contribution(name="echo", summary="p", factory="llmos_stranger.provider:open_echo")]


@hookimpl
def llmos_memory_backends():
    return [Contribution(name="json-file", summary="m", factory="llmos_stranger.memory:open_json_file")]


@hookimpl
def llmos_hooks():
    return [
        Contribution(
            name="no-dotfiles",
            summary="h",
            factory="llmos_stranger.hooks:open_gate",
            role=Role.GATE,
            moments=("pre_tool_use",),
        )
    ]


@hookimpl
def llmos_tools():
    return [Contribution(name="MakeFolder", summary="t", factory="llmos_stranger.tool:open_make_folder")]
'''
CHOSEN = """
[dispatcher]
strategy = "short-only"

[model]
provider = "echo"

[memory]
backend = "json-file"
"""
SCRIPT = """
[[turns]]
calls = [{ tool = "MakeFolder", arguments = { path = "made" } }]

[[turns]]
text = "Made."
"""


def code_of(page: str, module: str) -> str:
    """Return the text that a page wants in the file `module`.py."""
    (found,) = (one.text for one in blocks(ROOT / "docs" / "how-to" / page) if one.note.endswith(f"/{module}.py"))
    return found


@pytest.fixture
def stranger(scene: Scene, tmp_path: Path) -> Scene:
    """A scene with the stranger's package installed into a folder of its own."""
    package = tmp_path / "llmos-stranger" / "src" / "llmos_stranger"
    package.mkdir(parents=True)
    (package.parents[1] / "pyproject.toml").write_text(PROJECT)
    (package / "__init__.py").write_text("")
    (package / "plugin.py").write_text(PLUGIN)
    for module, page in MODULES.items():
        (package / f"{module}.py").write_text(code_of(page, module))
    installed = scene.run("pip", "install", "--no-deps", "--target", str(tmp_path / "site"), str(package.parents[1]))
    assert installed.returncode == 0, installed.stderr
    scene.environ["PYTHONPATH"] = str(tmp_path / "site")
    return scene


def listed(scene: Scene) -> set[tuple[str, str]]:
    """Return kind and name of everything in use that the stranger owns."""
    done = scene.run("llmos", "plugins", "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return {(row["kind"], row["name"]) for row in json.loads(done.stdout) if row["plugin"] == "stranger"}


def ran(scene: Scene, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = scene.run("llmos", "run", *arguments, "--json")
    assert done.returncode == code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_all_five_are_found_and_listed(stranger: Scene) -> None:
    assert listed(stranger) == OFFERS


def test_strategy_provider_and_memory_are_chosen_by_configuration(stranger: Scene) -> None:
    stranger.config.write_text(CHOSEN)
    first, second = ran(stranger, "say hello"), ran(stranger, "say hello")
    assert (first["mode"], first["model_calls"], first["output"]) == ("LEARNER", 2, "Echoed.")
    assert (second["mode"], second["model_calls"], second["output"]) == ("FOLLOWER", 0, "Echoed.")
    assert "1 steps are few enough to replay" in ran(stranger, "say hello", "--dry-run")["reason"]
    assert (stranger.workspace / ".llmos" / "state" / "traces.json").is_file()
    assert not (stranger.workspace / ".llmos" / "memories" / "traces").exists()


def test_the_same_lines_taken_out_bring_the_standard_ones_back(stranger: Scene) -> None:
    before = stranger.config.read_text()
    stranger.config.write_text(CHOSEN)
    ran(stranger, "create a file a.txt that says hello")
    stranger.config.write_text(before)
    again = ran(stranger, "create a file a.txt that says hello")
    assert (again["mode"], again["output"]) == ("LEARNER", "Wrote 5 characters to a.txt.")
    assert list((stranger.workspace / ".llmos" / "memories" / "traces").glob("*.md"))


def test_the_gate_denies_until_it_is_switched_off(stranger: Scene) -> None:
    goal = "create a file .hidden that says hello"
    denied = ran(stranger, goal, code=4)
    assert "hidden files stay as they are" in denied["reason"]
    with stranger.config.open("a") as config:
        config.write('\n[plugins]\ndisabled = ["stranger"]\n')
    assert listed(stranger) == set()
    assert ran(stranger, goal, "--fresh")["status"] == "succeeded"


def test_the_tool_is_called_and_its_replay_is_checked(stranger: Scene) -> None:
    (stranger.workspace / "script.toml").write_text(SCRIPT)
    stranger.config.write_text('[model]\nprovider = "scripted"\n[provider.scripted]\npath = "script.toml"\n')
    assert ran(stranger, "make a folder", "-y")["mode"] == "LEARNER"
    (stranger.workspace / "made").rmdir()
    again = ran(stranger, "make a folder")
    assert (again["mode"], [step["verified"] for step in again["steps"]]) == ("FOLLOWER", [True])
    assert (stranger.workspace / "made").is_dir()


@pytest.mark.parametrize(
    ("kind", "name", "std"), [("tool", "Glob", "std-tools"), ("strategy", "auto", "std-strategies")]
)
def test_a_contested_name_goes_to_whom_the_user_prefers(stranger: Scene, kind: str, name: str, std: str) -> None:
    own = {"tool": "MakeFolder", "strategy": "short-only"}[kind]
    for file in Path(stranger.environ["PYTHONPATH"]).glob("llmos_stranger/*.py"):
        file.write_text(file.read_text().replace(f'"{own}"', f'"{name}"'))
    contested = stranger.run("llmos", "plugins", "list", "--kind", kind, "--json")
    assert name not in {row["name"] for row in json.loads(contested.stdout)}
    assert f"{kind} '{name}' is claimed by 2 contributions" in contested.stderr
    for wanted in ("stranger", std):
        stranger.config.write_text(f'[llmos.prefer]\n"{kind}.{name}" = "{wanted}"\n')
        settled = stranger.run("llmos", "plugins", "list", "--kind", kind, "--json")
        assert settled.stderr == ""
        assert {row["name"]: row["plugin"] for row in json.loads(settled.stdout)}[name] == wanted


@pytest.mark.parametrize("claim", ['name="permission-mode"', 'name="no-dotfiles", replaces="permission-mode"'])
def test_a_gate_takes_the_place_of_another_only_by_the_users_word(stranger: Scene, claim: str) -> None:
    plugin = Path(stranger.environ["PYTHONPATH"], "llmos_stranger", "plugin.py")
    plugin.write_text(plugin.read_text().replace('name="no-dotfiles"', claim))
    plan, hidden = ("create a file a.txt that says hi", "--permission-mode", "plan"), "create a file .b that says hi"
    assert {ran(stranger, *plan, code=4)["status"], ran(stranger, hidden, code=4)["status"]} == {"denied"}
    before = stranger.config.read_text()
    stranger.config.write_text(f'{before}[llmos.prefer]\n"hook.permission-mode" = "stranger"\n')
    assert ran(stranger, *plan, "--fresh")["status"] == "succeeded"
    assert ran(stranger, hidden, "--fresh", code=4)["status"] == "denied"


def test_a_trace_edited_in_the_strangers_memory_does_not_act_and_cannot_be_accepted_there(stranger: Scene) -> None:
    stranger.config.write_text(CHOSEN)
    kept = ran(stranger, "say hello")["trace_id"]
    file = stranger.workspace / ".llmos" / "state" / "traces.json"
    file.write_text(file.read_text().replace('"content": "say hello"', '"content": "say goodbye"'))
    assert ran(stranger, "say hello", "--dry-run")["mode"] == "LEARNER"
    (edited,) = json.loads(stranger.run("llmos", "traces", "list", "--json").stdout)
    assert (edited["state"], edited["goal"]) == ("edited", "say hello")
    assert edited["id"] != kept
    checked = stranger.run("llmos", "traces", "verify")
    assert (checked.returncode, "edited" in checked.stdout) == (1, True)
    refused = stranger.run("llmos", "traces", "verify", edited["id"], "--accept")
    assert refused.returncode == 2
    assert "cannot accept edits" in refused.stderr


def test_without_the_package_its_names_are_missed_by_name(stranger: Scene) -> None:
    stranger.config.write_text(CHOSEN)
    del stranger.environ["PYTHONPATH"]
    done = stranger.run("llmos", "run", "say hello")
    assert done.returncode not in {0, 130}
    assert "json-file" in done.stderr
    assert "Traceback" not in done.stderr

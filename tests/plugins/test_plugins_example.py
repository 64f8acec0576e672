"""Law: a plugin that is installed from its wheel is found, listed and used, and whatever it replaced comes back.

Told with plugins/llmos-example: a strategy in place of std's, a tool, a verb and a section.
"""

import json
from typing import Any

import pytest
from environments import Environment, Wheels

from docs_scene import Scene

pytestmark = pytest.mark.plugins

GOAL = "create a file hello.txt that says hello"
SCRIPT = """
[[turns]]
calls = [{ tool = "DaysBetween", arguments = { start = "2026-01-31", end = "2026-03-01" } }]

[[turns]]
text = "29 days."
"""


@pytest.fixture
def home(layer: Environment, wheels: Wheels, scene: Scene) -> Scene:
    layer.install(wheels["llmos-example"])
    return scene


def listed(scene: Scene, kind: str) -> dict[str, str]:
    """Return the names of a kind that are in use, each with the plugin that owns it."""
    rows = json.loads(said(scene, "plugins", "list", "--kind", kind, "--json"))
    return {row["name"]: row["plugin"] for row in rows}


def said(scene: Scene, *arguments: str) -> str:
    done = scene.run("llmos", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ran(scene: Scene, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(scene, "run", *arguments, "--json"))
    return found


def test_it_is_listed(home: Scene) -> None:
    assert listed(home, "tool")["DaysBetween"] == "example"
    assert listed(home, "command")["freshness"] == "example"
    strategies = listed(home, "strategy")
    assert strategies["fresh"] == "example"
    assert "auto" not in strategies


def test_the_strategy_decides_in_place_of_the_one_it_replaces(home: Scene) -> None:
    assert ran(home, GOAL)["mode"] == "LEARNER"
    assert ran(home, GOAL)["mode"] == "FOLLOWER"
    home.config.write_text("[freshness]\ndays = 0\n")
    assert ran(home, GOAL)["mode"] == "LEARNER"


@pytest.mark.parametrize(
    "wish",
    ['[llmos.prefer]\n"strategy.auto" = "std-strategies"\n', '[plugins]\ndisabled = ["example"]\n'],
    ids=["preferred", "disabled"],
)
def test_the_users_configuration_brings_the_standard_one_back(home: Scene, wish: str) -> None:
    ran(home, GOAL)
    home.config.write_text(f"[freshness]\ndays = 0\n{wish}")
    assert ran(home, GOAL)["mode"] == "FOLLOWER"
    assert listed(home, "strategy")["auto"] == "std-strategies"


def test_the_tool_is_called_and_its_call_replayed(home: Scene) -> None:
    (home.workspace / "script.toml").write_text(SCRIPT)
    home.config.write_text('[provider.scripted]\npath = "script.toml"\n')
    goal = "how many days from 2026-01-31 to 2026-03-01?"
    first, second = (ran(home, goal, "--provider", "scripted") for _ in range(2))
    assert (first["mode"], first["model_calls"], second["mode"], second["model_calls"]) == ("LEARNER", 2, "FOLLOWER", 0)
    assert [step["tool"] for step in second["steps"]] == ["DaysBetween"]
    assert first["output"] == second["output"] == "29 days."


def test_the_verb_lists_traces_by_age(home: Scene) -> None:
    ran(home, GOAL)
    rows = json.loads(said(home, "freshness", "--json"))
    assert [(row["goal"], row["is_stale"]) for row in rows] == [(GOAL, False)]
    home.config.write_text("[freshness]\ndays = 0\n")
    assert "stale  0 days old" in said(home, "freshness")


def test_the_section_is_checked_and_explained(home: Scene) -> None:
    assert "freshness.days" in said(home, "config", "show", "freshness")
    home.config.write_text("[freshness]\ndays = -1\n")
    wrong = home.run("llmos", "run", GOAL)
    assert wrong.returncode == 7
    assert "freshness.days" in wrong.stderr


def test_without_it_its_section_is_unknown(scene: Scene) -> None:
    scene.config.write_text("[freshness]\ndays = 7\n")
    wrong = scene.run("llmos", "config", "show")
    assert wrong.returncode == 7
    assert "freshness" in wrong.stderr

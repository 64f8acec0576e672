"""Law: a tool that changed since it was learned is not called in a replay; a model goes on, or the run stops at once.

The tool is a function of the workspace; the model's answers come from a script.
"""

from pathlib import Path

import pytest
from command import Place

GOAL = "stamp the letter"
TOOL = '''"""A tool of this workspace."""

from llmos_std.tools import llm_tool


@llm_tool(effect="irreversible", version="{version}")
def stamp(letter: str) -> dict[str, str]:
    """Stamp a letter."""
    with open("stamps.txt", "a") as stamps:
        stamps.write("{version}")
    return {{"stamped": letter}}
'''
SCRIPT = """
[[turns]]
calls = [{ tool = "stamp", arguments = { letter = "to Ada" } }]
[[turns]]
text = "The letter to Ada is stamped."
"""
WITH_MODEL = '[model]\nprovider = "scripted"\n[provider.scripted]\npath = "script.toml"\n'
WITHOUT = '[model]\nprovider = "builtin"\n'


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace that learned to stamp the letter with version 1 of its tool, and followed it once."""
    place = Place(tmp_path)
    place.key = ""
    place.write("script.toml", SCRIPT)
    (place.home / "config.toml").write_text(WITH_MODEL)
    install(place, "1")
    learned, followed = place.run(GOAL, "-y"), place.run(GOAL)
    assert [done.result["mode"] for done in (learned, followed)] == ["LEARNER", "FOLLOWER"], learned.out
    assert place.read("stamps.txt") == "11"
    return place


def install(place: Place, version: str) -> None:
    """Put a version of the tool into the workspace and trust it."""
    plugins = place.folder / ".llmos" / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    (plugins / "stamping.py").write_text(TOOL.format(version=version))
    assert place.call("trust", "-y").code == 0


@pytest.mark.spec("RP-010", "RS-004")
def test_without_a_model_the_changed_tool_is_not_called_and_the_run_is_partial(place: Place) -> None:
    install(place, "2")
    (place.home / "config.toml").write_text(WITHOUT)
    done = place.run(GOAL, "-y")
    assert (done.code, done.result["status"], done.result["steps"]) == (6, "partial", [])
    assert "stamp" in done.result["reason"]
    assert place.read("stamps.txt") == "11"


@pytest.mark.spec("RP-003", "RP-010")
def test_with_a_model_the_goal_is_in_its_hands(place: Place) -> None:
    install(place, "2")
    done = place.run(GOAL, "-y")
    assert (done.code, done.result["status"], done.result["model_calls"]) == (0, "succeeded", 2)
    assert done.result["mode"] != "FOLLOWER"
    assert place.read("stamps.txt") == "112"
    assert place.run(GOAL).result["mode"] == "FOLLOWER"
    assert place.read("stamps.txt") == "1122"


def test_a_tool_that_is_not_trusted_any_more_is_missing(place: Place) -> None:
    (place.folder / ".llmos" / "plugins" / "stamping.py").write_text(TOOL.format(version="3"))
    (place.home / "config.toml").write_text(WITHOUT)
    done = place.run(GOAL, "-y")
    assert (done.code, done.result["steps"]) == (6, [])
    assert "not trusted" in done.err
    assert place.read("stamps.txt") == "11"

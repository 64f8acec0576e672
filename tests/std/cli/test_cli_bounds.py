"""Law of `llmos bounds`: it shows the bounds in force and the last places, and forgets just the one it is told to."""

import json
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from click.testing import CliRunner

from llmos_std.bounds.memory import Place, Places
from llmos_std.cli.bounds import bounds

CONFIG = """
[bounds.limits.move.x]
min = 0
max = 2.5
[[bounds.forbidden]]
name = "the wall"
tool = "move"
box = { x = [1, 2] }
"""


@pytest.fixture
def places(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text(CONFIG)
    monkeypatch.setenv("LLMOS_HOME", str(home))
    monkeypatch.setenv("LLMOS_WORKSPACE", str(tmp_path))
    found = Places(home / "state")
    with found.open_alone():
        for tool in ("move", "other"):
            found.put(tool, Place(points=({"x": Fraction(1, 2)},), began=datetime(2026, 11, 21, tzinfo=UTC)))
    return found


def asked(*words):
    result = CliRunner().invoke(bounds, words, standalone_mode=False)
    assert result.exception is None, result.exception
    assert result.return_value == 0
    return result.output


def test_bounds_and_places_are_shown(places):
    assert asked("show").splitlines() == [
        "move.x: min 0, max 2.5",
        "move: never in the wall (x 1 to 2)",
        "move: last at x 0.5",
    ]
    facts = json.loads(asked("show", "--json"))
    assert facts["limits"] == {"move": {"x": {"min": 0, "max": 2.5}}}
    assert facts["places"] == {"move": "x 0.5"}


def test_one_place_is_forgotten_and_no_other(places):
    asked("forget", "move")
    assert places.get("move") is None
    assert places.get("other") is not None
    assert "nobody knows where" in asked("show")

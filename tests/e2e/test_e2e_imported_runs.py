"""Law: a run recorded elsewhere acts here only after a person accepted it, with the tools that are installed here.

What is learned so is repeated call for call; what cannot be taken back needs a yes the first time.
"""

import json
from pathlib import Path

import pytest
from command import Place

GOAL = "mark the last parcel from Ada as sent"
LOG = {
    "task": "one",
    "goal": GOAL,
    "succeeded": True,
    "calls": [
        {"tool": "find_parcels", "args": {"sender": "Ada"}, "output": [{"parcel": "p-77", "sender": "Ada"}]},
        {"tool": "mark_sent", "args": {"parcel": "p-77"}, "output": "marked"},
    ],
}
EFFECTS = {"find_parcels": {"effect": "read"}, "mark_sent": {"effect": "irreversible"}}
TOOLS = '''"""The post office of this workspace."""

from llmos_std.tools import llm_tool


@llm_tool(effect="read")
def find_parcels(sender: str) -> list[dict[str, str]]:
    """Find parcels."""
    return [{"parcel": "p-77", "sender": sender}]


@llm_tool(effect="irreversible")
def mark_sent(parcel: str) -> str:
    """Mark a parcel as sent."""
    with open("sent.txt", "a") as sent:
        sent.write(parcel + "\\n")
    return "marked"
'''


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace that one recorded run was imported into."""
    place = Place(tmp_path)
    place.key = ""
    (place.home / "config.toml").write_text('[model]\nprovider = "builtin"\n')
    place.write("runs.jsonl", json.dumps(LOG))
    place.write("tools.json", json.dumps(EFFECTS))
    assert place.call("episodes", "import", "runs.jsonl", "--tools", "tools.json").code == 0
    return place


def install(place: Place) -> None:
    """Put the tools into the workspace and trust them."""
    plugins = place.folder / ".llmos" / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    (plugins / "post.py").write_text(TOOLS)
    assert place.call("trust", "-y").code == 0


def trace_of(place: Place) -> str:
    (trace,) = json.loads(place.call("traces", "list", "--json").out)
    return str(trace["id"])


def test_what_nobody_accepted_does_not_act(place: Place) -> None:
    install(place)
    done = place.run(GOAL, "-y")
    assert done.code != 0
    assert not (place.folder / "sent.txt").exists()


def test_it_is_not_accepted_before_its_tools_are_there(place: Place) -> None:
    refused = place.call("traces", "verify", trace_of(place), "--accept")
    assert (refused.code, "needs find_parcels, mark_sent" in refused.err) == (2, True)
    install(place)
    assert place.call("traces", "verify", trace_of(place), "--accept").code == 0


@pytest.mark.spec("CF-016")
def test_once_accepted_it_repeats_the_recorded_calls_after_one_yes(place: Place) -> None:
    install(place)
    assert place.call("traces", "verify", trace_of(place), "--accept").code == 0
    unasked = place.run(GOAL)
    assert unasked.code != 0
    assert not (place.folder / "sent.txt").exists()
    runs = [place.run(GOAL, "-y").result, place.run(GOAL).result]
    assert [(run["mode"], run["model_calls"]) for run in runs] == [("FOLLOWER", 0)] * 2
    assert place.read("sent.txt") == "p-77\np-77\n"


@pytest.mark.spec("CF-022")
def test_a_yes_to_everything_does_not_let_another_wording_do_what_cannot_be_undone(place: Place) -> None:
    install(place)
    assert place.call("traces", "verify", trace_of(place), "--accept").code == 0
    place.run("could you please mark the last parcel from Ada as sent?", "-y")
    assert not (place.folder / "sent.txt").exists()

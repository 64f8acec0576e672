"""Law: what several runs prove can be compiled with its values as parameters, and runs as code for a value never seen.

The code is the user's to promote and to take back; edited code is not run.
"""

import json
from pathlib import Path

import pytest
from command import Place

PHONES = {"Ada": "555-0101", "Bob": "555-0102", "Cyd": "555-0103", "Dan": "555-0104", "Eve": "555-0105"}
EFFECTS = {"find_person": {"effect": "read"}, "add_call": {"effect": "reversible_write"}}
TOOLS = '''"""An address book and a list of people to call."""

from llmos_std.tools import llm_tool

PHONES = {**%r, "Fay": "555-0199"}


@llm_tool(effect="read")
def find_person(name: str) -> dict[str, str]:
    """Find somebody."""
    return {"name": name, "phone": PHONES[name]} if name in PHONES else {}


@llm_tool(effect="reversible_write")
def add_call(phone: str) -> str:
    """Put a number on the list."""
    with open("calls.txt", "a") as calls:
        calls.write(phone + "\\n")
    return "added"
'''


def goal_of(name: str) -> str:
    return f"put {name} on the call list"


def run_of(name: str, phone: str) -> dict[str, object]:
    look = {"tool": "find_person", "args": {"name": name}, "output": {"name": name, "phone": phone}}
    act = {"tool": "add_call", "args": {"phone": phone}, "output": "added"}
    return {"task": name, "goal": goal_of(name), "succeeded": True, "calls": [look, act]}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace with five accepted runs of one program."""
    place = Place(tmp_path)
    place.key = ""
    (place.home / "config.toml").write_text('[model]\nprovider = "builtin"\n[permissions]\nmode = "yolo"\n')
    place.write("runs.jsonl", "\n".join(json.dumps(run_of(*one)) for one in PHONES.items()))
    place.write("tools.json", json.dumps(EFFECTS))
    plugins = place.folder / ".llmos" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "calling.py").write_text(TOOLS % PHONES)
    assert place.call("trust", "-y").code == 0
    assert place.call("episodes", "import", "runs.jsonl", "--tools", "tools.json").code == 0
    for trace in json.loads(place.call("traces", "list", "--json").out):
        assert place.call("traces", "verify", trace["id"], "--accept").code == 0
    return place


def trace_of(place: Place) -> str:
    return str(json.loads(place.call("traces", "list", "--json").out)[0]["id"])


@pytest.mark.spec("RP-080")
def test_the_code_has_the_value_as_a_parameter_and_all_its_tests_pass(place: Place) -> None:
    done = place.call("traces", "compile", trace_of(place), "--values", "--show")
    assert "async def put_name_on_the_call_list(call: Call, *, name: Slot, goal: str, today: str)" in done.out
    assert "0 of" not in done.err.replace("0 of 0", "none")
    passed, _, made = done.err.split("tests", 1)[1].split("generated", 1)[0].partition(" of ")
    assert int(passed) == int(made) > 50


@pytest.mark.spec("RP-080", "RP-081")
def test_promoted_code_runs_for_a_value_never_seen_and_is_taken_back(place: Place) -> None:
    interpreted = place.run(goal_of("Fay")).result
    assert (interpreted["mode"], place.read("calls.txt")) == ("FOLLOWER", "555-0199\n")
    trace = trace_of(place)
    assert place.call("traces", "compile", trace, "--values", "--promote").code == 0
    compiled = place.run(goal_of("Fay")).result
    assert (compiled["mode"], compiled["model_calls"]) == ("CRYSTALLIZED", 0)
    assert [compiled[key] for key in ("status", "output", "steps")] == [
        interpreted[key] for key in ("status", "output", "steps")
    ]
    assert place.read("calls.txt") == "555-0199\n" * 2
    assert place.call("traces", "compile", trace, "--values", "--demote").code == 0
    assert place.run(goal_of("Fay")).result["mode"] == "FOLLOWER"


@pytest.mark.spec("RP-081")
def test_a_surprise_stops_the_code_before_its_next_effect(place: Place) -> None:
    assert place.call("traces", "compile", trace_of(place), "--values", "--promote").code == 0
    done = place.run(goal_of("Gil"))
    assert done.code != 0
    assert not (place.folder / "calls.txt").exists()


@pytest.mark.spec("RP-081")
def test_edited_code_is_not_run(place: Place) -> None:
    assert place.call("traces", "compile", trace_of(place), "--values", "--promote").code == 0
    (code,) = (place.folder / ".llmos" / "plugins" / "generated").glob("*.py")
    code.write_text(code.read_text().replace('"same"', '"upper"'))
    assert place.run(goal_of("Fay")).result["mode"] == "FOLLOWER"
    assert place.read("calls.txt") == "555-0199\n"

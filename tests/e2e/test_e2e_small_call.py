"""Law: in whole processes one small call completes what runs leave open; a refusal or a wrong filling does nothing."""

import json
import sys
import textwrap
from pathlib import Path

import pytest
from command import Place

GOAL = "put the word {word} into the file {name}.txt"
MODEL = """\
    #!{python}
    # a model that fills in what `filling.json` says, writes a file when asked for the goal, and keeps its requests
    import json, os, sys
    home = os.environ["HOME"]
    request = json.load(sys.stdin)
    with open(home + "/requests.jsonl", "a") as file:
        file.write(json.dumps(request) + "\\n")
    if request.get("json_schema"):
        print(open(home + "/filling.json").read())
    elif request["messages"][-1]["role"] == "tool":
        print(json.dumps({{"text": "It is done."}}))
    else:
        is_third = "into the file gamma" in str(request["messages"])
        word, name = ("third", "gamma") if is_third else ("first", "alpha")
        call = {{"tool": "Write", "arguments": {{"path": name + ".txt", "content": word}}}}
        print(json.dumps({{"calls": [call]}}))
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace in which one run has been learned."""
    place = Place(tmp_path)
    model = place.home / "model.py"
    model.write_text(textwrap.dedent(MODEL).format(python=sys.executable), "utf-8")
    model.chmod(0o755)
    settings = f'[model]\nprovider = "command"\n[provider.command]\nargv = ["{model}"]\n'
    (place.home / "config.toml").write_text(settings, "utf-8")
    assert place.run(GOAL.format(word="first", name="alpha")).code == 0
    return place


def purposes(place: Place) -> list[bool]:
    """Return for each request since the learned run whether it was a small call."""
    requests = map(json.loads, (place.home / "requests.jsonl").read_text("utf-8").splitlines())
    return [request.get("json_schema") is not None for request in requests][2:]


def ask(place: Place, reply: object) -> object:
    (place.home / "filling.json").write_text(json.dumps(reply), "utf-8")
    return place.run(GOAL.format(word="third", name="gamma"))


@pytest.mark.spec("RP-111")
def test_one_small_call_completes_another_goal(place: Place) -> None:
    done = ask(place, {"program": 1, "values": {"path": "gamma.txt", "content": "third"}})
    assert (done.code, done.result["mode"], done.result["model_calls"]) == (0, "MIXED", 1), done
    assert place.read("gamma.txt") == "third"
    assert purposes(place) == [True]
    first, _, small = (place.home / "requests.jsonl").read_text("utf-8").splitlines()
    assert len(small) < len(first) / 2  # a learner is told of its tools and how to work as well


@pytest.mark.spec("RP-111")
@pytest.mark.parametrize(
    "reply",
    [
        {"refuse": "another task"},
        {"program": 1, "values": {"path": "gamma.txt", "content": "fourth"}},
        {"program": 1, "values": {"path": "/etc/passwd", "content": "third"}},
        {"program": 2, "values": {"path": "gamma.txt", "content": "third"}},
        {"program": 1, "values": {"path": "gamma.txt"}},
        ["no object"],
    ],
)
def test_whatever_is_not_believed_leaves_the_goal_to_the_model(place: Place, reply: object) -> None:
    done = ask(place, reply)
    assert (done.code, done.result["mode"], place.read("gamma.txt")) == (0, "MIXED", "third"), done
    assert purposes(place) == [True, False, False]
    assert sorted(path.name for path in place.folder.glob("*.txt")) == ["alpha.txt", "gamma.txt"]


def test_what_one_small_call_would_complete_is_explained_and_nothing_is_asked(place: Place) -> None:
    goal = GOAL.format(word="third", name="gamma")
    told = place.call("traces", "explain", goal)
    assert "completes  Write with content, path from one small call" in told.out, told
    facts = json.loads(place.call("traces", "explain", goal, "--json").out)
    assert facts["mode"] == "MIXED"
    assert [one["open"] for one in facts["completes"]] == [["content", "path"]]
    assert purposes(place) == []

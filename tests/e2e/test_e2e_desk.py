"""Law: a desk's recorded run ends exactly as recorded, whatever kills the process, and however often.

The tools of the desk kill their own process with SIGKILL, before or after they act.
"""

import json
from pathlib import Path

import pytest
from command import Place

TOOLS = '''"""A desk that sells trips."""

import json
import os
import pathlib
import signal
from typing import Any

from llmos_std.tools import llm_tool

BOOK = pathlib.Path("desk.json")
DEATH = pathlib.Path("death.txt")


def dies(tool: str, when: str) -> None:
    if DEATH.exists() and DEATH.read_text() == f"{tool} {when}":
        DEATH.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def act(tool: str, change):
    dies(tool, "before")
    desk = json.loads(BOOK.read_text())
    answer = change(desk)
    BOOK.write_text(json.dumps(desk))
    dies(tool, "after")
    return answer


@llm_tool(effect="read")
def find_trips(to: str, stops: int | None = None) -> str:
    """Find trips."""
    return act("find_trips", lambda desk: json.dumps([{"trip": "T1", "seats": desk["seats"], "price": 99.0}]))


@llm_tool(effect="irreversible")
def book_trip(trips: list[dict[str, Any]], note: str | None = None) -> str:
    """Book trips."""

    def booked(desk):
        if desk["seats"] < 1:
            return "Error: not enough seats"
        desk["seats"] -= 1
        desk["booked"].append(trips)
        return json.dumps({"id": f"BK{len(desk['booked'])}", "note": note})

    return act("book_trip", booked)


@llm_tool(effect="irreversible")
def send_gift(booking: str, amount: float) -> str:
    """Send a gift."""
    return act("send_gift", lambda desk: desk["gifts"].append([booking, amount]) or "sent")
'''
TRIP = {"trip": "T1", "paid": 99.0}
CALLS = [
    ("find_trips", {"to": "Oslo", "stops": None}, '[{"trip": "T1", "seats": 1, "price": 99.0}]'),
    ("book_trip", {"trips": [TRIP], "note": ""}, '{"id": "BK1", "note": ""}'),
    ("book_trip", {"trips": [TRIP], "note": None}, "Error: not enough seats"),
    ("send_gift", {"booking": "BK1", "amount": 50.0}, "sent"),
    ("send_gift", {"booking": "BK1", "amount": 50.0}, "sent"),
]
FRESH = {"seats": 1, "booked": [], "gifts": []}
ENDED = {"seats": 0, "booked": [[TRIP]], "gifts": [["BK1", 50.0], ["BK1", 50.0]]}


def conversation() -> dict[str, object]:
    """The log of the run: two turns of the user, the last two calls in one turn of the model."""
    said = [{"role": "assistant", "content": "Hello!"}, {"role": "user", "content": "Two seats to Oslo."}]
    said += [{"role": "assistant", "content": "For 99 each?"}, {"role": "user", "content": "Yes, and gifts for both."}]
    for turn in (CALLS[:1], CALLS[1:2], CALLS[2:3], CALLS[3:]):
        ids = [f"{tool}-{output[:4]}" for tool, _, output in turn]  # the gifts share one id
        functions = [{"name": tool, "arguments": json.dumps(args)} for tool, args, _ in turn]
        asked = [{"id": one, "type": "function", "function": call} for one, call in zip(ids, functions, strict=True)]
        said.append({"role": "assistant", "content": None, "tool_calls": asked})
        said += [{"role": "tool", "tool_call_id": one, "content": call[2]} for one, call in zip(ids, turn, strict=True)]
    return {"traj": [*said, {"role": "assistant", "content": "One seat was left."}], "reward": 1.0, "task_id": 7}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A workspace in which the run was imported, and accepted."""
    place = Place(tmp_path)
    place.key = ""
    (place.home / "config.toml").write_text('[model]\nprovider = "builtin"\n')
    plugins = place.folder / ".llmos" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "desk.py").write_text(TOOLS)
    place.write("desk.json", json.dumps(FRESH))
    place.write("runs.json", json.dumps([conversation()]))
    assert place.call("trust", "-y").code == 0
    assert place.call("episodes", "import", "runs.json").code == 0
    (trace,) = json.loads(place.call("traces", "list", "--json").out)
    accepted = place.call("traces", "review", "--accept", trace["id"])
    assert accepted.code == 0, accepted.err
    return place


def killed(place: Place, when: str, *options: str) -> None:
    place.write("death.txt", when)
    assert place.run("Two seats to Oslo.\nYes, and gifts for both.", "-y", *options).code == -9


@pytest.mark.spec("EL-005", "RP-050", "RP-051", "RP-054")
def test_a_conversation_ends_as_recorded_though_its_replay_is_killed_again_and_again(place: Place) -> None:
    (trace,) = json.loads(place.call("traces", "list", "--json").out)
    killed(place, "find_trips before")
    killed(place, "find_trips after")
    killed(place, "book_trip before")
    stuck = place.run(trace["goal"], "-y").result
    assert (stuck["status"], "--happened yes" in stuck["reason"]) == ("partial", True)
    killed(place, "send_gift before", "--happened", "no")
    killed(place, "send_gift after", "--happened", "no")
    ended = place.call("run", "--trace", trace["id"], "--json", "-y", "--happened", "yes").result
    assert (ended["status"], ended["mode"], ended["model_calls"]) == ("succeeded", "FOLLOWER", 0)
    assert json.loads(place.read("desk.json")) == ENDED


def test_text_that_no_encoding_holds_ends_no_command(place: Place) -> None:
    call = {"tool": "find_trips", "args": {"to": "Oslo \ud83d"}, "output": "\ud83d \x00 \u2028"}
    lines = [{"goal": f"caf\u00e9 {number} \ud83d\x00", "calls": [call], "succeeded": True} for number in range(2)]
    place.write("odd.jsonl", "\n".join(map(json.dumps, lines)))
    for words in (
        "episodes import odd.jsonl",
        "traces list",
        "traces review",
        "traces list --json",
        "traces review --json",
    ):
        done = place.call(*words.split())
        assert (done.code, "Traceback" in done.err) == (0, False), done.err
    goals = {trace["goal"] for trace in json.loads(place.call("traces", "list", "--json").out)}
    assert {line["goal"] for line in lines} < goals
    for line in json.loads(place.call("traces", "review", "--json").out):
        assert place.call("traces", "show", line["id"]).code == 0
        assert place.call("traces", "review", "--accept", line["id"]).code == 0
        refused = place.call("run", "--trace", line["id"])
        assert (refused.code, "no UTF-8 text" in refused.err) == (2, True)

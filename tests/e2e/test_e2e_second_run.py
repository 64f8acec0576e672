"""Law: what was learned once is done again for nothing, and only for the very same goal.

A changed goal is never followed.
One goal is learned over a real connection. Whatever is asked of it afterwards must send no request at all.
"""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from command import Done, Place, ended

from conftest import GOAL, TEXT, Learned
from servers.openai_server import OpenAIServer
from servers.replies import fail

CHANGED = {
    "number": "write 4 greetings for Ada, not for Bob, into hello.txt",
    "name": "write 3 greetings for Eve, not for Bob, into hello.txt",
    "negation": "do not write 3 greetings for Ada, not for Bob, into hello.txt",
    "negation left out": "write 3 greetings for Ada, for Bob, into hello.txt",
    "roles": "write 3 greetings for Bob, not for Ada, into hello.txt",
    "case of a file name": "write 3 greetings for Ada, not for Bob, into Hello.txt",
    "file": "write 3 greetings for Ada, not for Bob, into hello.md",
    "scope": "write all 3 greetings for Ada, not for Bob, into hello.txt",
}


@pytest.fixture
def place(learned: Learned, server: OpenAIServer, tmp_path: Path) -> Place:
    """A copy of the workspace that learned GOAL; the server answers nothing but failures and forgot its counts."""
    server.answer(fail(500))
    return learned.copied_to(tmp_path)


def assert_followed(done: Done, learned: Learned) -> None:
    """The goal was done again for nothing, and every figure of the result says so."""
    result = done.result
    assert (done.code, done.err) == (0, "")
    assert (result["status"], result["mode"], result["match"]) == ("succeeded", "FOLLOWER", "exact")
    assert (result["model_calls"], result["cost_usd"]) == (0, "0")
    assert result["saved_usd"] == learned.done.result["cost_usd"]
    assert result["trace_id"] == learned.done.result["trace_id"]
    assert result["output"] == learned.done.result["output"]
    assert [step["verified"] for step in result["steps"]] == [True]


@pytest.mark.spec("RS-001", "RS-002", "RS-003", "RS-004", "RS-006")
def test_the_first_run_asks_the_model_and_writes_the_real_file(learned: Learned) -> None:
    result = learned.done.result
    assert (learned.done.code, learned.done.err) == (0, "")
    assert (result["status"], result["mode"], result["match"]) == ("succeeded", "LEARNER", "none")
    assert result["model_calls"] == learned.requests == 2
    assert Decimal(result["cost_usd"]) > 0
    assert result["output"] == "hello.txt greets Ada three times."
    assert learned.done.tools == ["Write ok"]
    assert learned.place.read("hello.txt") == TEXT
    assert learned.place.names == {"hello.txt"}
    assert [path.suffix for path in learned.place.traces] == [".md"]


def test_a_run_is_in_the_journal_with_every_turn_and_step(learned: Learned) -> None:
    result = learned.done.result
    episode = learned.place.episode(result["run_id"])
    assert (episode.goal, episode.status, episode.trace_id) == (GOAL, "succeeded", result["trace_id"])
    assert [turn.text for turn in episode.turns] == ["", result["output"]]
    assert [step.call.arguments for step in episode.steps] == [{"path": "hello.txt", "content": TEXT}]
    assert episode.cost_usd == Decimal(result["cost_usd"])


@pytest.mark.spec("RP-003", "RS-001", "RS-002", "RS-003", "RS-004", "RS-005", "RS-006")
@pytest.mark.parametrize("before", ["kept", "deleted", "deleted, with another answer for the asking"])
def test_the_second_run_asks_nobody_and_leaves_the_same_bytes(
    place: Place, learned: Learned, server: OpenAIServer, before: str
) -> None:
    if before.startswith("deleted"):
        (place.folder / "hello.txt").unlink()
    assert_followed(place.run(GOAL, *(["-y"] if "asking" in before else [])), learned)
    assert place.read("hello.txt") == TEXT
    assert place.names == {"hello.txt"}
    assert server.count == 0


def test_a_goal_said_with_other_white_space_is_the_same_goal(place: Place, learned: Learned) -> None:
    (place.folder / "hello.txt").unlink()
    assert_followed(place.run(f"  {GOAL.replace(' ', '   ', 2)} "), learned)


def test_a_replay_needs_neither_the_index_nor_the_journal_nor_a_model(place: Place, learned: Learned) -> None:
    for path in (place.folder / ".llmos" / "state").glob("*.db*"):
        path.unlink()
    place.forget_model()
    (place.folder / "hello.txt").unlink()
    assert_followed(place.run(GOAL), learned)
    assert place.read("hello.txt") == TEXT


def test_without_json_the_answer_is_all_there_is(place: Place, learned: Learned) -> None:
    done = place.call("run", GOAL)
    assert (done.code, done.out, done.err) == (0, f"{learned.done.result['output']}\n", "")


@pytest.mark.spec("RP-003", "RS-004")
@pytest.mark.parametrize("goal", CHANGED.values(), ids=CHANGED.keys())
def test_a_changed_goal_is_never_followed(place: Place, server: OpenAIServer, goal: str) -> None:
    (place.folder / "hello.txt").unlink()
    planned = place.run(goal, "--dry-run").result
    assert planned["mode"] in {"LEARNER", "MIXED"}
    assert planned["steps"] == []
    forced = place.run(goal, "--mode", "FOLLOWER")
    assert (forced.code, forced.result["status"], forced.result["steps"]) == (1, "failed", [])
    assert "no trace may be replayed" in forced.result["reason"]
    assert place.names == set()
    assert server.count == 0


def test_a_changed_goal_with_nobody_to_ask_fails_honestly(place: Place) -> None:
    place.configure("http://127.0.0.1:9/v1")
    (place.folder / "hello.txt").unlink()
    done = place.run(CHANGED["name"])
    assert (done.code, done.result["status"], done.result["steps"]) == (1, "failed", [])
    assert "127.0.0.1:9" in done.result["reason"]
    assert place.names == set()
    assert len(place.traces) == 1


@pytest.mark.spec("RP-012")
def test_a_recorded_permission_grants_nothing(place: Place, server: OpenAIServer) -> None:
    (place.folder / "hello.txt").unlink()
    done = place.run(GOAL, "--mode", "FOLLOWER", "--permission-mode", "plan")
    assert (done.code, done.tools) == (6, ["Write denied"])
    assert done.result["status"] == "partial"
    assert place.names == set()
    assert server.count == 0


@pytest.mark.spec("RP-032")
@pytest.mark.parametrize("now", ["somebody else's words\n", ""], ids=["changed", "emptied"])
def test_a_file_that_somebody_changed_is_not_overwritten(place: Place, now: str) -> None:
    place.write("hello.txt", now)
    done = place.run(GOAL, "--mode", "FOLLOWER")
    assert (done.code, done.result["status"], done.result["steps"]) == (6, "partial", [])
    assert "step 1" in done.result["reason"]
    assert place.read("hello.txt") == now


def test_a_goal_may_come_from_a_pipe_wholly_or_in_part(place: Place, learned: Learned) -> None:
    whole = place.call("run", "-", "--json", stdin=f"{GOAL}\n")
    assert_followed(whole, learned)
    joined = place.call("run", GOAL, "--json", "--dry-run", stdin="and these words\n").result
    assert joined["output"] == f"would ask a model for: {GOAL}\n\nand these words" or "similar" in joined["output"]
    assert joined["mode"] != "FOLLOWER"


@pytest.mark.parametrize("arguments", [["run", "--json"], ["run", "-"], ["run", ""]])
def test_no_goal_at_all_is_wrong_usage(place: Place, arguments: list[str]) -> None:
    done = place.call(*arguments, stdin=" \n")
    assert done.code == 2
    assert "no goal was given" in done.out + done.err


def test_a_pipe_that_says_nothing_is_not_waited_for(place: Place, learned: Learned) -> None:
    hears, speaks = os.pipe()
    with os.fdopen(hears) as silence, os.fdopen(speaks, "w"):
        done = ended(place.start("run", GOAL, "--json", stdin=silence))
    assert done.result["mode"] == "FOLLOWER"
    assert "nothing has arrived on standard input" in done.err


def test_a_reader_that_leaves_early_is_no_error_of_ours(place: Place) -> None:
    hears, speaks = os.pipe()
    os.close(hears)
    with os.fdopen(speaks, "w") as nobody:
        done = ended(place.start("traces", "list", stdout=nobody))
    assert done.code in {0, 1}
    assert "BrokenPipe" not in done.err


def test_the_saving_can_be_looked_up(place: Place, learned: Learned) -> None:
    place.run(GOAL)
    (facts,) = json.loads(place.call("traces", "list", "--json").out)
    assert (facts["id"], facts["uses"], facts["successes"]) == (learned.done.result["trace_id"], 1, 1)

"""Law: a run that went wrong says so – status, exit code, reason –, is kept in the journal, and is never replayable.

Every case is one process with a workspace of its own; two run at a time, and the server knows them by their goal.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command import KEY, Done, Place, ended
from scripted_model import ScriptedModel

from servers.openai_server import OpenAIServer
from servers.replies import Reply, broken, call, calls, fail, say

HALF = {"path": "half.txt", "content": "half\n"}


@dataclass(frozen=True)
class Case:
    """One goal, what the model answers to it, how the run must end, and after how many requests.

    `requests` None: on a busy machine the time may be over before the first one. `options` are the command line's,
    `steps` the journal's, `files` what is left behind.
    """

    goal: str
    replies: tuple[Reply, ...]
    status: str
    code: int
    requests: int | None
    says: tuple[str, ...]
    options: tuple[str, ...] = ()
    model: str = "openai/gpt-4o-mini"
    steps: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()
    cost: str | None = "known"


CASES = (
    Case(
        "read missing.txt to me",
        (call("Read", {"path": "missing.txt"}), say("There is no such file.")),
        "failed",
        1,
        2,
        says=("step 1 (Read)", "missing.txt"),
        steps=("Read error",),
    ),
    Case(
        "put the half next door",
        (calls(("Write", HALF), ("Write", {"path": "../out.txt", "content": "x"})), say("I may not.")),
        "denied",
        4,
        2,
        says=("step 2 (Write)", "outside the workspace"),
        options=("-y",),
        steps=("Write ok", "Write denied"),
        files=frozenset({"half.txt"}),
    ),
    Case(
        "write half of it",
        (call("Write", HALF), say("This answer is cu", finish="length")),
        "partial",
        6,
        2,
        says=("cut off",),
        steps=("Write ok",),
        files=frozenset({"half.txt"}),
    ),
    Case("ask a broken server", (fail(500),), "failed", 1, 2, says=("HTTP 500", "127.0.0.1", "2 attempts"), cost="0"),
    Case("use a wrong key", (fail(401, "no"),), "failed", 1, 1, says=("OPENAI_API_KEY", "127.0.0.1", "401"), cost="0"),
    Case(
        "write for ever",
        (call("Write", HALF),),
        "partial",
        6,
        2,
        says=("limit of 2 model turns",),
        options=("--max-turns", "2"),
        model="openai/unheard-of-1",
        steps=("Write ok", "Write ok"),
        files=frozenset({"half.txt"}),
        cost=None,
    ),
    Case(
        "stop in the middle",
        (call("Write", HALF), broken("cut")),
        "partial",
        6,
        3,
        says=("the connection broke",),
        steps=("Write ok",),
        files=frozenset({"half.txt"}),
        cost="a guess",
    ),
    Case(
        "be cheap",
        (say("never said"),),
        "over-budget",
        5,
        0,
        says=("--max-cost", "$0.0000001"),
        options=("--max-cost", "0.0000001"),
        cost="0",
    ),
    Case(
        "be priceless",
        (say("never said"),),
        "over-budget",
        5,
        0,
        says=("no price is known", "input_usd_per_mtok"),
        options=("--max-cost", "1"),
        model="openai/unheard-of-1",
        cost="0",
    ),
    Case(
        "wait for ever",
        (broken("stall"),),
        "timed-out",
        8,
        None,
        says=("time limit of 6 s",),
        options=("--timeout", "6"),
        cost="any",
    ),
)
"""What goes wrong: the tool, the user's rules, the answer, the vendor, the key, the limits, the line, the money."""


@dataclass(frozen=True)
class Outcome:
    """What became of one case."""

    done: Done
    place: Place
    requests: list[dict[str, Any]]
    seconds: float


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Outcome]]]:
    """Every case, started; ask for the result of the one you need."""
    model = ScriptedModel({case.goal: case.replies for case in CASES})
    root = tmp_path_factory.mktemp("failing")

    def outcome(number: int, case: Case) -> Outcome:
        place = Place(root / str(number), server.url, model=case.model)
        start = time.monotonic()
        done = place.run(case.goal, *case.options)
        return Outcome(done, place, model.asked(case.goal), time.monotonic() - start)

    with OpenAIServer() as server, ThreadPoolExecutor(2) as pool:
        server.answer_with(model)
        yield {case.goal: pool.submit(outcome, number, case) for number, case in enumerate(CASES)}


@pytest.mark.spec("RP-040", "RP-041", "RS-001", "RS-002", "RS-003", "RS-004")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.goal)
def test_a_failed_run_says_so_and_is_never_replayable(case: Case, outcomes: dict[str, Future[Outcome]]) -> None:
    outcome = outcomes[case.goal].result()
    done, result = outcome.done, outcome.done.result
    assert (result["status"], done.code, done.err) == (case.status, case.code, "")
    assert all(words in result["reason"] for words in case.says), result["reason"]
    assert case.requests in {None, len(outcome.requests)}
    assert done.tools == list(case.steps)
    assert outcome.place.names == case.files
    assert not (outcome.place.root / "out.txt").exists()
    assert outcome.place.traces == []
    assert (result["trace_id"], result["match"]) == (None, "none")


@pytest.mark.spec("RS-002")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.goal)
def test_what_a_failed_run_cost_is_known_or_said_to_be_unknown(
    case: Case, outcomes: dict[str, Future[Outcome]]
) -> None:
    cost = outcomes[case.goal].result().done.result["cost_usd"]
    assert cost == case.cost if case.cost in {None, "0"} else Decimal(cost) > 0 or case.cost == "any"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.goal)
def test_nothing_of_a_failed_run_is_lost(case: Case, outcomes: dict[str, Future[Outcome]]) -> None:
    outcome = outcomes[case.goal].result()
    result = outcome.done.result
    episode = outcome.place.episode(result["run_id"])
    assert (episode.goal, episode.status, episode.reason) == (case.goal, case.status, result["reason"])
    assert [f"{step.call.tool} {step.result.status.value}" for step in episode.steps] == list(case.steps)
    assert (episode.model_calls, episode.pending) == (result["model_calls"], None)


def test_the_key_travels_in_a_header_and_nowhere_else(outcomes: dict[str, Future[Outcome]]) -> None:
    place = outcomes["use a wrong key"].result().place
    files = [path for path in place.root.rglob("*") if path.is_file()]
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def test_a_time_limit_is_kept(outcomes: dict[str, Future[Outcome]]) -> None:
    assert outcomes["wait for ever"].result().seconds < 120, "6 s were allowed; a busy machine loads for a minute"


@pytest.mark.spec("RP-040")
def test_a_goal_that_failed_is_learned_anew_the_next_time(outcomes: dict[str, Future[Outcome]]) -> None:
    place = outcomes["write half of it"].result().place
    planned = place.run("write half of it", "--dry-run").result
    assert (planned["mode"], planned["match"]) == ("LEARNER", "none")
    forced = place.run("write half of it", "--mode", "FOLLOWER")
    assert (forced.code, forced.result["status"]) == (1, "failed")


@pytest.mark.spec("RP-040", "RS-002", "RS-004")
def test_a_budget_that_is_reached_in_the_middle_ends_the_run(tmp_path: Path) -> None:
    place = Place(tmp_path)
    write = 'calls = [{ tool = "Write", arguments = { path = "half.txt", content = "half" } }]'
    place.write(
        "script.toml", "".join(f'[[turns]]\n{line}\ncost_usd = "0.006"\n' for line in (write, 'text = "Done."'))
    )
    config = (
        '[model]\nprovider = "scripted"\n[provider.scripted]\npath = "script.toml"\n[kernel]\nbudget_usd = "0.01"\n'
    )
    (place.home / "config.toml").write_text(config)
    done = place.run("be poor")
    assert (done.code, done.result["status"], done.tools) == (5, "over-budget", ["Write ok"])
    assert "total budget of $0.01 has $0.004 left" in done.result["reason"]
    assert (done.result["cost_usd"], done.result["model_calls"]) == ("0.006", 1)
    assert place.episode(done.result["run_id"]).status == "over-budget"
    assert place.traces == []


def test_an_interrupted_run_ends_at_once_and_is_kept_as_cancelled(server: OpenAIServer, tmp_path: Path) -> None:
    place = Place(tmp_path, server.url)
    server.answer(call("Write", HALF), broken("stall"))
    process = place.start("run", "wait for me", "--json", start_new_session=True)
    wait_until(lambda: server.count == 2)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    done = ended(process)
    assert time.monotonic() - start < 60
    assert (done.code, done.result["status"], done.tools) == (130, "cancelled", ["Write ok"])
    episode = place.episode(done.result["run_id"])
    assert (episode.status, len(episode.steps)) == ("cancelled", 1)
    assert place.traces == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def wait_until(is_true: Callable[[], bool]) -> None:
    """Return once something that another process does has happened; AssertionError after a long time."""
    for _ in range(600):
        if is_true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within 60 s")

"""Law: kill -9 at any moment loses nothing that was acknowledged, makes no file unreadable and repeats nothing.

Workers keep a journal and a ledger on shared files and say on a pipe what was acknowledged. They are killed at random
moments, also while the files are being made, and what they said is then compared with what is stored. `LLMOS_KILLS`
sets how many are killed (10,000 in the nightly session).
"""

import os
import random
import time
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from forks import Child, Say
from llmos_core.protocols.storing import BudgetLimits, Episode
from llmos_core.testing.fakes import FixedClock
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Origin, StepRecord, Turn, Usage
from llmos_std.economy.booking import spent_on
from llmos_std.economy.ledger import SqliteLedger
from llmos_std.journal.journal import SqliteJournal

KILLS = int(os.environ.get("LLMOS_KILLS", "240"))
MOST_WORKERS = 6
ROUNDS_PER_FOLDER = 5
QUOTE, COST = Decimal("0.05"), Decimal("0.03")
EFFECTS = tuple(Effect)


class Worker:
    """One process that works until it is killed; every word it says follows the return of the call it tells of."""

    def __init__(self, folder: Path, name: str, say: Say) -> None:
        self.journal, self.ledger = SqliteJournal(folder), SqliteLedger(folder, FixedClock())
        self.name, self.say = name, say

    def work(self) -> None:
        for number in range(10**9):
            run_id = f"{self.name}.{number}"
            resumes = self.take_up(run_id)
            self.journal.begin(run_id, goal="g", signature="s", task={}, at="t", resumes=resumes)
            self.say("begun", run_id, resumes)
            for index in range(3):
                self.ask_and_act(run_id, index)
            self.journal.end(run_id, status="succeeded", mode="LEARNER", answer="", reason="", trace_id="", **_FREE)
            self.say("ended", run_id)
            self.journal.close()  # so that kills also meet the clean-up that the last to close does
            self.ledger.close()

    def take_up(self, run_id: str) -> str:
        found = self.journal.interrupted("s")
        if found is None or not self.journal.claim(found.run_id, run_id):
            return ""
        self.say("claimed", found.run_id)
        return found.run_id

    def ask_and_act(self, run_id: str, index: int) -> None:
        limits = BudgetLimits()
        booked = {"run_id": run_id, "project": "", "operation": "learn", "model": "m"}
        reservation = self.ledger.reserve(**booked, amount_usd=QUOTE, limits=limits)
        self.say("reserved", reservation)
        self.say("billed", reservation)
        self.ledger.settle(reservation, Usage(cost_usd=COST), ok=True)
        self.say("settled", reservation)
        step = step_of(index)
        self.journal.turn(run_id, index, Turn(origin=Origin.MODEL, calls=(step.call,)))
        self.say("turned", run_id, index)
        facts = {"call": step.call, "fingerprint": "f", "effect": step.effect, "before": None}
        self.journal.intend(run_id, index=index, turn=index, **facts)
        self.say("intended", run_id, index)
        self.journal.settle(run_id, step)
        self.say("acted", run_id, index)


_FREE: dict[str, Any] = {"model_calls": 3, "cost_usd": COST, "saved_usd": None, "at": "t"}


def step_of(index: int) -> StepRecord:
    call = ToolCall(id=str(index), tool="Bash", arguments={"command": "x" * 500 * index})
    result = ToolResult(status=CallStatus.OK, content="done")
    return StepRecord(index=index, call=call, result=result, fingerprint="f", effect=EFFECTS[index * 2])


def killed_workers(folder: Path, chance: random.Random, batch: int, number: int) -> list[list[Any]]:
    """Let workers begin together, kill each at its own moment, and return what they said."""
    names = [f"{batch}.{worker}" for worker in range(number)]
    children = [Child(lambda say, name=name: Worker(folder, name, say).work()) for name in names]
    usual_wait_s = chance.choice((0.002, 0.01, 0.05))
    for child in chance.sample(children, number):
        time.sleep(chance.expovariate(1 / usual_wait_s))  # the moment must be any moment, so real time passes here
        child.kill()
    return [word for child in children for word in child.words()]


def check_ledger(folder: Path, said: dict[str, list[Any]]) -> None:
    """Nothing acknowledged is missing, and the real bill lies between settled and settled + reserved."""
    ledger = SqliteLedger(folder, FixedClock())
    bookings = {booking.id: booking for booking in ledger.bookings(10**6)}
    spent = ledger.spent()
    ledger.close()
    assert bookings.keys() >= {reservation for (reservation,) in said["reserved"]}
    assert {id_ for id_, b in bookings.items() if b.cost_usd == COST} >= {id_ for (id_,) in said["settled"]}
    assert spent == spent_on(bookings.values()), "the totals are not the sums of the bookings"
    real_bill = COST * len(said["billed"])
    assert spent.settled_usd <= real_bill <= spent.settled_usd + spent.reserved_usd


def check_journal(folder: Path, said: dict[str, list[Any]]) -> None:
    """Nothing acknowledged is missing, and every run that was cut short has at most one heir."""
    journal = SqliteJournal(folder)
    known = {episode.run_id: journal.episode(episode.run_id) for episode in journal.episodes(10**6)}
    journal.close()
    episodes = {run_id: episode for run_id, episode in known.items() if episode is not None}
    assert episodes.keys() >= {run_id for run_id, _ in said["begun"]}
    for run_id, index in said["turned"]:
        assert len(episodes[run_id].turns) > index
    for run_id, index in said["acted"]:
        assert episodes[run_id].steps[index] == step_of(index)
    for run_id, index in said["intended"]:
        assert is_remembered(episodes[run_id], index)
    for (run_id,) in said["ended"]:
        assert (episodes[run_id].status, len(episodes[run_id].steps)) == ("succeeded", 3)
    heirs = Counter(episode.resumes for episode in episodes.values() if episode.resumes)
    assert not [run_id for run_id, number in heirs.items() if number > 1], "one run was taken up twice"
    ended = [run_id for run_id in heirs if episodes[run_id].status != "continued"]
    assert not ended, "a run that had ended was taken up"


def is_remembered(episode: Episode, index: int) -> bool:
    """Say whether a begun step is known: done, or pending with its end unseen."""
    pending = episode.pending
    is_pending = pending is not None and pending.index == index and pending.result.status is CallStatus.UNKNOWN
    return is_pending or len(episode.steps) > index


def check_that_all_are_found_again(folder: Path, said: dict[str, list[Any]]) -> None:
    """Every run that was begun has ended, has an heir, or is still offered."""
    journal = SqliteJournal(folder)
    offered = set()
    while (found := journal.interrupted("s")) is not None:
        assert journal.claim(found.run_id, "collector")
        offered.add(found.run_id)
    episodes = journal.episodes(10**6)
    journal.close()
    settled = {e.run_id for e in episodes if e.status} | {e.resumes for e in episodes}
    assert {run_id for run_id, _ in said["begun"]} <= settled | offered


@pytest.mark.skipif(KILLS < 1, reason="LLMOS_KILLS is 0")
def test_nothing_acknowledged_is_lost_by_kills_at_random_moments(tmp_path: Path) -> None:
    chance, killed, batch = random.Random(KILLS), 0, 0
    while killed < KILLS:
        folder = tmp_path / str(batch)
        said: dict[str, list[Any]] = defaultdict(list)
        for _ in range(ROUNDS_PER_FOLDER):
            number = chance.choice((1, 2, MOST_WORKERS))
            for word, *facts in killed_workers(folder, chance, batch, number):
                said[word].append(facts)
            batch, killed = batch + 1, killed + number
            check_ledger(folder, said)
            check_journal(folder, said)
        check_that_all_are_found_again(folder, said)

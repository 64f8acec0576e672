"""Law of a stranger's gate: whatever it does, plain or async, in or outside a loop, the verdict comes within its limit.

Only an exact Verdict counts as its word; everything else – an error, a lie, silence – is DENY.
"""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest
from gate_doubles import BROKEN, Answers, Says, SaysLater, action

from llmos_core import aio
from llmos_core.contrib import Contribution
from llmos_core.errors import PluginError
from llmos_core.runtime import strange_gate
from llmos_core.runtime.gates import NamedGate, judge
from llmos_core.runtime.strange_gate import StrangeGate
from llmos_core.types.decision import ALLOW, Decision, Verdict

LIMIT_S, AMPLE_S = 0.05, 60.0
FACTORY = f"{__name__}:make"
made = SimpleNamespace(gate=None)


class KinOfVerdict(Verdict):
    pass


class Sleeps:
    def check(self, _action):
        time.sleep(3600)
        return ALLOW


class Spins:
    def check(self, _action):
        while True:
            pass


class SpinsWhileAsync:
    async def check(self, _action):
        while True:
            pass


class Exits:
    def check(self, _action):
        raise SystemExit


class Interrupts:
    def check(self, _action):
        raise KeyboardInterrupt


class CancelsItself:
    async def check(self, _action):
        raise asyncio.CancelledError


class OddAwaitable:
    def __await__(self):
        yield "nonsense"


class OddText:
    def __str__(self):
        time.sleep(3600)
        return ""


FAULTY = {
    **BROKEN,
    "sleeps": Sleeps(),
    "spins": Spins(),
    "spins-while-async": SpinsWhileAsync(),
    "exits": Exits(),
    "interrupts": Interrupts(),
    "cancels-itself": CancelsItself(),
    "kin-of-a-verdict": Answers(KinOfVerdict(decision=Decision.ALLOW)),
    "awaitable-nonsense": Answers(OddAwaitable()),
    "text-that-hangs": Answers(Verdict(decision=Decision.ALLOW, reason=OddText())),
    "remedy-that-hangs": Answers(Verdict(decision=Decision.ALLOW, remedy=OddText())),
}
DIRECTLY = {name: gate for name, gate in FAULTY.items() if name not in {"sleeps", "spins", "spins-while-async"}}
"""What can be told also without a thread: gates of llmos itself, and those that a program injects."""


def make(_context):
    return made.gate


def strange(gate, limit_s=LIMIT_S):
    """Open a gate with all the time that a busy machine may need; it then has `limit_s` for each answer."""
    made.gate = gate
    contribution = Contribution(name="odd", summary="a gate", factory=FACTORY, role="gate")
    opened = StrangeGate(contribution, lambda _contribution: None, limit_s=AMPLE_S)
    opened._limit_s = limit_s
    return opened


def judged(gate, timeout_s=LIMIT_S):
    return aio.run(judge([NamedGate("odd", gate)], action(), timeout_s=timeout_s))


async def judged_in_loop(gate):
    return await judge([NamedGate("odd", gate)], action(), timeout_s=LIMIT_S)


@pytest.mark.spec("PA-050", "PA-051")
@pytest.mark.parametrize("name", FAULTY)
@pytest.mark.parametrize("in_loop", [False, True])
def test_every_faulty_gate_denies_in_time_and_is_named(name, in_loop):
    gate = strange(FAULTY[name])
    started = time.monotonic()
    verdict = asyncio.run(judged_in_loop(gate)) if in_loop else judged(gate)
    assert verdict.decision is Decision.DENY
    assert verdict.gate == "odd"
    assert "'odd'" in verdict.reason
    assert time.monotonic() - started < AMPLE_S
    gate.close()


@pytest.mark.spec("PA-050")
@pytest.mark.parametrize("name", DIRECTLY)
def test_asked_directly_a_faulty_gate_denies_as_well(name):
    if name == "interrupts":
        with pytest.raises(KeyboardInterrupt):  # in the run's own thread this is a person who wants to stop
            judged(FAULTY[name])
    else:
        assert judged(FAULTY[name]).decision is Decision.DENY


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("kind", [Says, SaysLater])
@pytest.mark.parametrize("in_loop", [False, True])
def test_a_sound_gate_of_a_stranger_has_its_say(decision, kind, in_loop):
    gate = strange(kind(decision), limit_s=AMPLE_S)
    asked = judge([NamedGate("odd", gate)], action(), timeout_s=AMPLE_S)
    verdict = asyncio.run(asked) if in_loop else aio.run(asked)
    assert verdict.decision is decision
    gate.close()


def test_after_hanging_once_it_denies_at_once_as_long_as_it_hangs():
    go_on = threading.Event()

    class Waits:
        def check(self, _action):
            while not go_on.is_set():
                try:
                    go_on.wait()
                except SystemExit:
                    continue
            return ALLOW

    gate = strange(Waits())
    assert judged(gate).rule == "gate-timed-out"
    gate._limit_s = 600
    assert judged(gate).rule == "gate-timed-out"
    go_on.set()
    gate.close()


@pytest.mark.spec("PA-051")
def test_a_gate_is_opened_asked_and_closed_in_one_thread_of_its_own(monkeypatch):
    monkeypatch.setattr(strange_gate, "_CLOSING_S", AMPLE_S)
    threads = []

    class Managed:
        def __enter__(self):
            threads.append(threading.get_ident())
            return self

        def __exit__(self, *_):
            threads.append(threading.get_ident())

        def check(self, _action):
            threads.append(threading.get_ident())
            return ALLOW

    gate = strange(Managed(), limit_s=AMPLE_S)
    judged(gate, timeout_s=AMPLE_S)
    gate.close()
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


@pytest.mark.parametrize("gate", [None, object(), "allow", lambda _action: ALLOW])
def test_a_factory_that_returns_no_gate_cannot_be_opened(gate):
    with pytest.raises(PluginError, match="'odd'"):
        strange(gate)


@pytest.mark.spec("PA-051")
def test_a_factory_that_hangs_is_left_behind():
    contribution = Contribution(name="odd", summary="a gate", factory=f"{__name__}:hang", role="gate")
    with pytest.raises(PluginError, match="no answer within"):
        StrangeGate(contribution, lambda _contribution: None, limit_s=LIMIT_S)


def hang(_context):
    time.sleep(3600)


def test_its_rules_are_told_as_text_only():
    assert strange(SimpleNamespace(check=lambda _action: ALLOW, policy="abc")).policy == "abc"
    with pytest.raises(PluginError):
        strange(SimpleNamespace(check=lambda _action: ALLOW, policy=OddText()))

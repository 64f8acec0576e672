"""Law of `judge`: the decision is the strictest word of all gates, a broken gate's word being DENY.

From it follow: order does not matter, a further gate never loosens, and no gate can spoil what another sees.
"""

import attrs
import pytest
from gate_doubles import BROKEN, Answers, Hangs, Says, SaysLater, action
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.runtime.gates import NamedGate, judge, policy_version
from llmos_core.types.decision import ALLOW, Decision, Verdict
from llmos_core.types.tools import Effect

healthy = st.one_of(
    st.builds(Says, st.sampled_from(Decision), st.sampled_from(["", "one", "two"])),
    st.builds(SaysLater, st.sampled_from(Decision)),
)
broken = st.sampled_from([gate for name, gate in BROKEN.items() if name not in ("hangs", "ignores-cancelling")])
named_gates = st.builds(NamedGate, st.text(min_size=1, max_size=5), st.one_of(healthy, broken))


def judged(gates, what=None, **limits):
    return aio.run(judge(gates, what or action(), **limits))


def word_of(gate):
    return getattr(gate, "decision", Decision.DENY)


@given(st.lists(named_gates, min_size=1, max_size=6))
def test_the_strictest_word_counts_and_a_broken_gate_says_deny(gates):
    expected = max((word_of(named.gate) for named in gates), key=lambda decision: decision.rank)
    assert judged(gates).decision is expected


@given(st.lists(named_gates, min_size=1, max_size=5), st.randoms())
def test_the_order_of_gates_does_not_matter(gates, random):
    shuffled = random.sample(gates, len(gates))
    assert judged(shuffled).decision is judged(gates).decision


@given(st.lists(named_gates, min_size=1, max_size=5), named_gates)
def test_a_further_gate_never_loosens(gates, further):
    assert judged([*gates, further]).decision.rank >= judged(gates).decision.rank


@given(st.lists(named_gates, min_size=1, max_size=5))
def test_the_verdict_names_a_gate_that_gave_it(gates):
    verdict = judged(gates)
    assert verdict.gate in {named.name for named in gates if word_of(named.gate) is verdict.decision}
    assert verdict.rule


@given(st.sampled_from(Effect))
def test_without_gates_only_calls_that_change_nothing_pass(effect):
    assert (judged([], action(effect)).decision is Decision.ALLOW) is effect.is_safe


@pytest.mark.parametrize("name", BROKEN)
def test_each_way_of_being_broken_denies_and_is_named(name):
    verdict = judged([NamedGate("fine", Answers(ALLOW)), NamedGate(name, BROKEN[name])], timeout_s=0.01)
    assert verdict.decision is Decision.DENY
    assert verdict.gate == name
    assert repr(name) in verdict.reason


def test_a_gate_that_hangs_is_told_from_one_that_fails():
    assert judged([NamedGate("slow", Hangs())], timeout_s=0.01).rule == "gate-timed-out"
    assert judged([NamedGate("sick", BROKEN["raises"])]).rule == "gate-failed"


def test_all_reasons_of_the_strictest_level_are_joined_once_each():
    gates = [
        NamedGate("a", Says(Decision.ASK, "first", "rule-a")),
        NamedGate("b", Says(Decision.ALLOW, "never heard")),
        NamedGate("c", Says(Decision.ASK, "second", "rule-c")),
        NamedGate("d", Says(Decision.ASK, "first")),
    ]
    assert judged(gates) == Verdict(decision=Decision.ASK, reason="first; second", rule="rule-a", gate="a")


@given(st.lists(st.sampled_from(["", "in mode a", "in mode b"]), min_size=1, max_size=4))
def test_a_remedy_is_told_only_where_it_is_the_remedy_of_all_who_ask(remedies):
    asking = [Answers(Verdict(decision=Decision.ASK, reason="why", remedy=remedy)) for remedy in remedies]
    gates = [NamedGate(str(number), gate) for number, gate in enumerate([*asking, Answers(ALLOW)])]
    assert judged(gates).remedy == (remedies[0] if len(set(remedies)) == 1 else "")


def test_a_gate_cannot_change_what_others_judge_or_what_is_called():
    seen = []

    class Spoils:
        def check(self, action):
            seen.append(dict(action.call.arguments))
            action.call.arguments["path"] = "elsewhere"
            action.call.arguments["deep"]["er"] = 1
            return ALLOW

    what = action(path="here", deep={})
    judged([NamedGate("one", Spoils()), NamedGate("two", Spoils())], what)
    assert [found["path"] for found in seen] == ["here", "here"]
    assert what.call.arguments == {"path": "here", "deep": {}}


def test_plain_gates_need_no_event_loop():
    class NotesLoop:
        def check(self, _action):
            return Verdict(decision=Decision.DENY if aio.loop_is_running() else Decision.ALLOW)

    assert judged([NamedGate("one", NotesLoop())]).decision is Decision.ALLOW


def test_cancelling_the_run_is_no_verdict():
    import asyncio

    async def cancelled():
        task = asyncio.ensure_future(judge([NamedGate("slow", Hangs())], action(), timeout_s=60))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=4), st.randoms())
def test_the_policy_version_tells_rules_apart_and_not_their_order(rules, random):
    @attrs.frozen
    class Ruled:
        policy: str

    gates = [NamedGate(name, Ruled(policy)) for name, policy in rules]
    assert policy_version(random.sample(gates, len(gates))) == policy_version(gates)
    assert policy_version([*gates, NamedGate("x", Ruled("1"))]) != policy_version([*gates, NamedGate("x", Ruled("2"))])

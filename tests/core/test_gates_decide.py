"""Law of `decide`: an ASK becomes ALLOW by a remembered or a clear yes and by nothing else; others pass unchanged."""

from pathlib import Path

import pytest
from gate_doubles import (
    BrokenApprovals,
    FixedClock,
    RaisingApprover,
    Remembering,
    Replies,
    RepliesLater,
    question,
)
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.runtime.gates import action_hash, decide, summary_of
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.tools import ToolCall

ASK = Verdict(decision=Decision.ASK, reason="it writes", rule="some-rule", gate="some-gate")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
arguments = st.dictionaries(st.text(max_size=5), json_values, max_size=4)


def decided(verdict, approvals=None, approver=None, **arguments):
    return aio.run(decide(verdict, question(**arguments), approvals, approver, FixedClock()))


@given(
    st.sampled_from(Decision),
    st.sampled_from(["none", "empty", "yes", "broken"]),
    st.one_of(st.none(), st.sampled_from([True, False, None, 1, "yes", "raise", "later-yes", "later-no"])),
)
def test_only_a_yes_turns_an_ask_into_allow(decision, remembered, answer):
    stores = {"none": None, "empty": Remembering(), "yes": Remembering({"the-hash"}), "broken": BrokenApprovals()}
    special = {"raise": RaisingApprover(), "later-yes": RepliesLater(True), "later-no": RepliesLater(False)}
    approver = None if answer is None else special.get(answer) or Replies(answer)
    is_yes = remembered == "yes" or answer is True or answer == "later-yes"
    verdict = Verdict(decision=decision, reason="r", rule="rule", gate="gate")

    found = decided(verdict, stores[remembered], approver)

    if decision is not Decision.ASK:
        assert found is verdict
    else:
        assert found.decision is (Decision.ALLOW if is_yes else Decision.DENY)


def test_a_yes_is_remembered_and_not_asked_for_again():
    approvals, approver = Remembering(), Replies(True)
    assert decided(ASK, approvals, approver, path="a").rule == "approved"
    assert decided(ASK, approvals, approver, path="a").rule == "approved-before"
    assert approver.asked == 1
    assert approvals.summaries == [("Write(path='a')", "2026-11-21T00:00:00+00:00")]


def test_a_no_is_not_remembered():
    approvals, approver = Remembering(), Replies(False)
    for _ in range(2):
        assert decided(ASK, approvals, approver).rule == "refused"
    assert approver.asked == 2


def test_a_yes_counts_even_when_it_cannot_be_remembered():
    verdict = decided(ASK, BrokenApprovals(), Replies(True))
    assert verdict.decision is Decision.ALLOW
    assert "could not be remembered" in verdict.reason


def test_nobody_to_ask_says_why_it_asked_and_what_to_do():
    verdict = decided(evolve(ASK, remedy="in --permission-mode yolo"))
    assert verdict.rule == "some-rule"
    assert verdict.gate == "some-gate"
    assert verdict.reason == "nobody to ask: it writes; run it again with -y, or in --permission-mode yolo"


def test_what_only_a_yes_lets_pass_is_told_no_other_way():
    assert decided(ASK).reason == "nobody to ask: it writes; run it again with -y"


@given(arguments, arguments)
def test_the_hash_stands_for_the_whole_call(one, other):
    def hash_of(found, **changes):
        facts = {"workspace": Path("/w"), "policy_version": "1", "tier": "none", **changes}
        return action_hash(ToolCall(id="1", tool="T", arguments=found), **facts)

    assert (hash_of(one) == hash_of(other)) is (canonical_json(one) == canonical_json(other))
    assert hash_of(one) == hash_of(dict(reversed(one.items())))
    different = {hash_of(one, workspace=Path("/v")), hash_of(one, policy_version="2"), hash_of(one, tier="bwrap")}
    assert len(different | {hash_of(one)}) == 4


def test_the_hash_is_of_the_real_folder_not_of_a_link_to_it(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    call = ToolCall(id="1", tool="T")
    assert action_hash(call, tmp_path / "link", "1", "none") == action_hash(call, tmp_path / "real", "1", "none")


def test_arguments_that_json_cannot_hold_have_no_hash():
    with pytest.raises(ValueError, match="JSON"):
        action_hash(ToolCall(id="1", tool="T", arguments={"x": float("nan")}), Path("/w"), "1", "none")


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=300), max_size=3))
def test_a_summary_is_one_printable_line(found):
    summary = summary_of(ToolCall(id="1", tool="T", arguments=found))
    assert summary.isprintable()
    assert len(summary) <= 200

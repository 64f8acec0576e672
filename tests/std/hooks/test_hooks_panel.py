"""Law: whatever hooks say, or fail to say, the decision is never milder than without them, and the strictest word wins.

And: a call is made with arguments that every hook has seen or asked for, or it is not made.
"""

import asyncio
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hook_worlds import action, hook, panel_of, settle
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.contrib import Role
from llmos_core.runtime.gates import NamedGate, judge
from llmos_core.types.decision import ALLOW, Decision, Verdict
from llmos_core.types.record import evolve
from llmos_core.types.tools import ToolCall
from llmos_std.hooks.answers import TAKES, Answer
from llmos_std.hooks.api import add_context, allow, ask, change, deny
from llmos_std.hooks.path_jail import PathJail
from llmos_std.hooks.seats import seats_of

failures = st.sampled_from(
    [ValueError("no"), SystemExit(0), TimeoutError(), RecursionError(), "allow", 0, True, {}, []]
)
opinions = st.sampled_from([None, allow(), ask("why"), deny("no"), add_context("by the way")])
impossible = st.builds(Answer, output=st.just(1), replaces_output=st.just(True)) | st.just(Answer(arguments={"a": {1}}))
answers = opinions | failures | impossible


def rank(answer: Any) -> int:
    """Say how strict an answer to pre_tool_use is, told apart from the product: what is no answer is a denial."""
    if answer is None:
        return 0
    if not isinstance(answer, Answer) or answer.replaces_output or answer.arguments is not None:
        return 2
    return answer.decision.rank


class Says:
    """A gate with one word."""

    def __init__(self, decision: Decision) -> None:
        self._decision = decision

    def check(self, _action: Any) -> Verdict:
        return Verdict(decision=self._decision, reason="because", rule="says")


def decision_with(entries: list[Any], others: list[NamedGate], call: ToolCall) -> tuple[ToolCall, Verdict]:
    """Return what becomes of a call with these hooks beside other gates, on the road that a kernel takes."""
    seats = seats_of(panel_of(*entries))
    transform = next(seat for contribution, seat in seats if contribution.role == Role.TRANSFORM)
    gate = next(seat for contribution, seat in seats if contribution.moments == ("pre_tool_use",))

    async def decided() -> tuple[ToolCall, Verdict]:
        changed = await transform.apply("pre_tool_use", call)
        judged = evolve(action(call.tool), call=changed)
        return changed, await judge([*others, NamedGate("user-hooks", gate)], judged)

    return aio.run(decided())


CALL = ToolCall(id="1", tool="Write", arguments={"path": "a", "content": "x"})


@pytest.mark.spec("HK-030", "HK-031")
@given(st.lists(answers, max_size=5), st.sampled_from(Decision))
def test_hooks_only_tighten_and_the_strictest_word_wins(said, other):
    entries = [hook(f"h{number}", answer) for number, answer in enumerate(said)]
    _, verdict = decision_with(entries, [NamedGate("other", Says(other))], CALL)
    assert verdict.decision.rank == max([other.rank, *map(rank, said)])


@pytest.mark.spec("HK-031")
@given(st.lists(opinions, min_size=2, max_size=4))
def test_the_order_of_hooks_that_only_decide_does_not_matter(said):
    found = set()
    for order in permutations(said):
        entries = [hook(f"h{number}", answer) for number, answer in enumerate(order)]
        found.add(settle(panel_of(*entries), CALL.arguments).verdict.decision)
    assert len(found) == 1


@pytest.mark.spec("HK-032")
@given(failures | impossible)
def test_a_hook_that_fails_denies_and_is_named(failure):
    verdict = settle(panel_of(hook("sick", failure)), CALL.arguments).verdict
    assert verdict.decision is Decision.DENY
    assert "'sick'" in verdict.reason
    assert verdict.rule == "hook:sick"


@pytest.mark.spec("HK-032")
def test_a_hook_that_never_answers_denies_when_its_time_is_up(monkeypatch):
    monkeypatch.setattr("llmos_std.hooks.panel.GRACE_S", 0.0)

    async def never(_event: Any) -> None:
        await asyncio.Event().wait()

    entry = evolve(hook("slow", None, timeout_s=0.01), ask=never)
    assert settle(panel_of(entry), CALL.arguments).verdict.decision is Decision.DENY


keys = st.sampled_from(["path", "content", "mode"])
changes = st.dictionaries(keys, st.sampled_from(["a", "b", "../out", ""]), max_size=2)


def sets(wish: dict[str, str]) -> Any:
    """Return a hook that wants some arguments to have these values, and says so only when they have not."""

    def answer(event: Any) -> Any:
        now = event["tool_input"]
        return None if {**now, **wish} == now else change({**now, **wish})

    return answer


@pytest.mark.spec("HK-033")
@given(st.lists(changes, max_size=4))
def test_what_is_called_was_seen_or_wanted_by_every_hook(wishes):
    seen: dict[int, list[Any]] = {number: [] for number in range(len(wishes))}

    def watching(number: int, wish: dict[str, str]) -> Any:
        inner = sets(wish)

        def answer(event: Any) -> Any:
            said = inner(event)
            seen[number].append(event["tool_input"] if said is None else said.arguments)
            return said

        return answer

    entries = [hook(f"h{number}", watching(number, wish)) for number, wish in enumerate(wishes)]
    changed, verdict = decision_with(entries, [], CALL)
    if verdict.decision is Decision.ALLOW:
        assert all(views[-1] == changed.arguments for views in seen.values())
        assert all({**changed.arguments, **wish} == changed.arguments for wish in wishes)
    else:
        assert changed.arguments == CALL.arguments
        assert any(one.get(key, two[key]) != two[key] for one in wishes for two in wishes for key in two)


@pytest.mark.spec("HK-033")
def test_hooks_that_undo_each_other_end_in_a_denial_that_names_both():
    to_b = lambda event: change({**event["tool_input"], "path": "b"})  # noqa: E731
    to_c = lambda event: change({**event["tool_input"], "path": "c"})  # noqa: E731
    verdict = settle(panel_of(hook("one", to_b), hook("two", to_c)), CALL.arguments).verdict
    assert verdict.decision is Decision.DENY
    assert "'one'" in verdict.reason
    assert "'two'" in verdict.reason


@pytest.mark.spec("HK-033")
def test_a_hook_that_always_changes_is_asked_once_when_nobody_else_does():
    asked = []

    def longer(event: Any) -> Answer:
        asked.append(event["tool_input"])
        return change({**event["tool_input"], "content": event["tool_input"]["content"] + "!"})

    settled = settle(panel_of(hook("longer", longer)), CALL.arguments)
    assert settled.arguments["content"] == "x!"
    assert len(asked) == 1


@pytest.mark.spec("HK-034")
@given(st.sampled_from(["/etc/passwd", "../x", "a/../../x", "~root/x", "/", "\0"]), st.integers(0, 2))
def test_a_path_that_a_hook_leads_outside_is_denied_by_the_jail(path, place):
    entries = [hook(f"h{number}", None) for number in range(3)]
    entries[place] = hook(f"h{place}", sets({"path": path}))
    changed, verdict = decision_with(entries, [NamedGate("path-jail", PathJail())], CALL)
    assert changed.arguments["path"] == path
    assert verdict.decision is Decision.DENY
    assert verdict.gate == "path-jail"


@pytest.mark.spec("HK-035")
@given(st.dictionaries(keys, st.text(max_size=3), max_size=3))
def test_another_call_than_the_one_the_hooks_saw_is_judged_anew(arguments):
    entries = [hook("no-b", lambda event: deny("b") if "b" in json.dumps(event["tool_input"]) else None)]
    gate = seats_of(panel_of(*entries))[1][1]
    verdict = aio.run(gate.check(evolve(action(), call=ToolCall(id="1", tool="Write", arguments=arguments))))
    assert (verdict.decision is Decision.DENY) is ("b" in json.dumps(arguments))


@pytest.mark.spec("HK-035")
def test_the_word_on_one_call_is_no_word_on_another():
    entry = hook("no-b", lambda event: deny("b") if event["tool_input"]["path"] == "b" else None)
    seats = seats_of(panel_of(entry))
    transform, gate = seats[0][1], seats[1][1]
    aio.run(transform.apply("pre_tool_use", ToolCall(id="1", tool="Write", arguments={"path": "a"})))
    other = evolve(action(), call=ToolCall(id="1", tool="Write", arguments={"path": "b"}))
    assert aio.run(gate.check(other)).decision is Decision.DENY


@pytest.mark.spec("HK-035")
def test_a_hook_that_wants_a_change_when_it_is_too_late_denies():
    gate = seats_of(panel_of(hook("late", sets({"path": "b"}))))[1][1]
    assert aio.run(gate.check(action(path="a"))).decision is Decision.DENY
    assert aio.run(gate.check(action(path="b"))).decision is Decision.ALLOW


@pytest.mark.spec("HK-036")
def test_each_hook_gets_its_own_copy_of_the_event():
    def spoils(event: Any) -> None:
        event["tool_input"].clear()

    settled = settle(panel_of(hook("a-spoils", spoils), hook("b-looks", sets({"path": "a"}))), CALL.arguments)
    assert settled.verdict.decision is Decision.ALLOW
    assert settled.arguments == CALL.arguments


@pytest.mark.spec("HK-035", "HK-036")
def test_a_hook_holds_no_part_of_the_arguments_that_it_has_given():
    inside = {"deep": ["a"]}
    settled = settle(panel_of(hook("keeps", lambda _event: change({"path": inside}))), CALL.arguments)
    inside["deep"].append("../../etc/passwd")
    assert settled.arguments == {"path": {"deep": ["a"]}}


@pytest.mark.spec("HK-011")
@pytest.mark.parametrize(
    ("matcher", "tools"),
    [
        ("", {"Bash", "Write", "mcp__git__log"}),
        ("*", {"Bash", "Write", "mcp__git__log"}),
        ("Bash", {"Bash"}),
        ("Bash|Write", {"Bash", "Write"}),
        ("^mcp__", {"mcp__git__log"}),
        ("mcp__.*", {"mcp__git__log"}),
        ("Wri", set()),
    ],
)
def test_a_matcher_means_names_or_an_expression(matcher, tools):
    asked = set()
    for tool in ("Bash", "Write", "mcp__git__log"):
        entry = hook("one", lambda event: asked.add(event["tool_name"]), matcher=matcher)
        settle(panel_of(entry), {}, tool)
    assert asked == tools


@pytest.mark.spec("HK-012")
@given(st.permutations(["a", "b", "c"]))
def test_after_says_who_is_asked_first(names):
    asked: list[str] = []
    wanted = list(names)
    entries = [
        hook(name, lambda _event, name=name: asked.append(name), after=tuple(wanted[: wanted.index(name)]))
        for name in ("a", "b", "c")
    ]
    settle(panel_of(*entries), {})
    assert asked == wanted


@pytest.mark.spec("HK-013")
@given(st.sampled_from(sorted(TAKES)), opinions | st.just(change({})) | st.just(Answer(output=1, replaces_output=True)))
def test_a_part_that_a_moment_cannot_take_is_refused_not_ignored(moment, said):
    parts = set()
    if said is not None:
        parts |= {"decision"} if said.decision is not Decision.ALLOW else set()
        parts |= {"arguments"} if said.arguments is not None else set()
        parts |= {"context"} if said.context else set()
        parts |= {"output"} if said.replaces_output else set()
    (heard,) = aio.run(panel_of(hook("one", said, moment)).ask(moment, {}))
    if parts <= TAKES[moment]:
        assert heard.answer == (said or Answer())
    else:
        assert heard.verdict.decision is Decision.DENY


def test_without_any_hook_there_is_no_opinion():
    assert settle(panel_of(), {"path": "a"}).verdict.decision is ALLOW.decision


def test_the_time_that_a_panel_may_take_covers_every_hook():
    panel = panel_of(hook("one", None, timeout_s=3.0), hook("two", None, timeout_s=4.0))
    assert panel.timeout_s > 7.0
    assert Path(panel.event("stop")["cwd"]).is_absolute()

"""Laws of hooks in whole runs: the same moments with the same events on every path, and success is taken, never given.

Every law runs the real kernel, modes, matcher, trust and journal around a small world with a state and a call log.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hook_worlds import given as given_hooks
from hook_worlds import hook
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.contrib import MOMENTS, Contribution, Role
from llmos_core.runtime.calls import MALFORMED
from llmos_core.types.record import evolve
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import CallStatus, ToolResult
from llmos_std.hooks.api import add_context, ask, change, deny, replace_output
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import NoModel, World
from worlds.programs import model_of, programs
from worlds.shelf import Shelf

GOAL = "tidy the shelf"
FEW = settings(max_examples=30, deadline=None)
PUT = ("Put", {"name": "a", "text": "x"})
POST = ("Post", {"text": "hello"})
MODEL_MOMENTS = {"pre_model_call", "post_model_call"}


def listening(log: list[Any]) -> list[Any]:
    """Return a hook for every moment that notes the event and has no opinion."""
    return [hook(f"hears-{moment}", log.append, moment) for moment in MOMENTS]


def told(log: list[Any], *, without: set[str] = frozenset()) -> list[Any]:
    names = {"".join(word.title() for word in moment.split("_")) for moment in without}
    events = [{key: value for key, value in event.items() if key != "session_id"} for event in log]
    return [event for event in events if event["hook_event_name"] not in names]


def counted(log: list[Any]) -> dict[str, int]:
    names = [event["hook_event_name"] for event in log]
    return {name: names.count(name) for name in names}


def shown(provider: Any, turn: int) -> str:
    """Return all that the model was shown in one of its turns."""
    return "\n".join(message.text for message in provider.requests[turn].messages)


def run(world: World, provider: Any, *entries: Any, **options: Any) -> Any:
    return world.run(GOAL, provider, parts={"hooks": given_hooks(*entries)}, **options)


@pytest.mark.spec("HK-001", "HK-002", "HK-004")
@FEW
@given(programs())
def test_a_replay_tells_hooks_what_learning_told_them_but_for_the_model(case: Any) -> None:
    notes, program = case
    with TemporaryDirectory() as folder:
        world, learning, replaying = World(Path(folder), Shelf(**notes)), list[Any](), list[Any]()
        first = run(world, model_of(program), *listening(learning), max_turns=20)
        world.shelf = Shelf(**notes)
        second = run(world, NoModel(), *listening(replaying))
        assert (first.mode, second.mode) == ("LEARNER", "FOLLOWER")
        assert told(replaying) == told(learning, without=MODEL_MOMENTS)
        assert counted(learning)["PreModelCall"] == counted(learning)["PostModelCall"] == first.model_calls
        assert counted(replaying)["PreToolUse"] == counted(replaying)["PostToolUse"] == len(program)


@pytest.mark.spec("HK-001", "HK-004")
def test_a_surprised_replay_tells_hooks_of_every_call_once(tmp_path: Path) -> None:
    world, log = World(tmp_path, Shelf(a="1", b="2")), list[Any]()
    program = [("Get", {"name": "a"}), ("Get", {"name": "b"})]
    run(world, model_of(program))
    world.shelf = Shelf(a="other", b="2")
    calls = [{"tool": "Put", "arguments": PUT[1]}]
    provider = ScriptedProvider([{"on_surprise": True, "calls": calls}, {"on_surprise": True, "text": "ok"}])
    result = run(world, provider, *listening(log))
    assert result.mode == "MIXED"
    tools = [event["tool_name"] for event in log if event["hook_event_name"] == "PreToolUse"]
    assert tools == [receipt.tool for receipt in result.steps] == ["Get", "Put"]
    assert counted(log)["PreModelCall"] == result.model_calls
    assert counted(log)["Stop"] == counted(log)["UserPromptSubmit"] == 1


@pytest.mark.spec("HK-003")
def test_a_session_lasts_from_the_first_goal_to_the_closing_of_its_kernel(tmp_path: Path) -> None:
    world, log = World(tmp_path, Shelf()), list[Any]()
    kernel = world.kernel(model_of([PUT]), hooks=given_hooks(*listening(log)))

    async def two_goals() -> None:
        from llmos_core.runtime.dispatcher import dispatch

        await dispatch(kernel, TaskBlock(goal=GOAL))
        await dispatch(kernel, TaskBlock(goal=GOAL))
        await kernel.close()

    aio.run(two_goals())
    names = [event["hook_event_name"] for event in log]
    assert (names[0], names[-1]) == ("SessionStart", "SessionEnd")
    assert (names.count("SessionStart"), names.count("SessionEnd"), names.count("Stop")) == (1, 1, 2)
    assert len({event["session_id"] for event in log}) == 1
    assert log[0]["session_id"]


@pytest.mark.spec("HK-003")
def test_a_dry_run_asks_no_hook(tmp_path: Path) -> None:
    world, log = World(tmp_path, Shelf()), list[Any]()
    run(world, NoModel(), *listening(log), dry_run=True)
    assert log == []


@pytest.mark.spec("HK-005")
@pytest.mark.parametrize("said", [deny("not today"), ask("really?"), ValueError("broken")])
def test_a_goal_that_is_denied_is_never_begun_and_the_journal_knows(said: Any, tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    result = run(world, NoModel(), hook("no", said, "user_prompt_submit"))
    assert (result.status, result.exit_code, result.model_calls) == ("denied", 4, 0)
    assert "'no'" in result.reason
    assert world.shelf.log == []
    episode = episode_of(world, result.run_id)
    assert (episode.status, episode.goal, episode.reason) == ("denied", GOAL, result.reason)


def episode_of(world: World, run_id: str) -> Any:
    kernel = world.kernel(NoModel())

    async def found() -> Any:
        await kernel.boot()
        journal = await kernel.service("journal")
        episode = journal.episode(run_id)
        await kernel.close()
        return episode

    return aio.run(found())


@pytest.mark.spec("HK-007")
@pytest.mark.parametrize("moment", ["user_prompt_submit", "session_start"])
def test_context_is_told_to_the_model_and_only_the_same_context_is_replayed(moment: str, tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    model = model_of([PUT])
    run(world, model, hook("says", add_context("the port is 8080"), moment))
    assert "the port is 8080" in shown(model, 0)
    assert run(world, NoModel(), hook("says", add_context("the port is 8080"), moment)).mode == "FOLLOWER"
    other = run(world, model_of([PUT]), hook("says", add_context("the port is 9090"), moment))
    assert other.mode in ("LEARNER", "MIXED")


@pytest.mark.spec("HK-006")
@FEW
@given(st.sampled_from(["pre_tool_use", "pre_model_call", "post_model_call", "user_prompt_submit"]))
def test_a_hook_that_fails_before_an_action_stops_it(moment: str) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder), Shelf())
        result = run(world, model_of([POST]), hook("sick", ValueError("x"), moment))
        assert result.status in ("denied", "partial")
        assert not result.success
        assert world.shelf.posted == []


@pytest.mark.spec("HK-008")
@pytest.mark.parametrize("said", [deny("looks wrong"), ValueError("broken"), replace_output({1, 2})])
def test_a_result_that_is_not_accepted_is_withheld_and_its_call_never_made_again(said: Any, tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    provider = model_of([POST, POST, PUT])
    result = run(world, provider, hook("judge", said, "post_tool_use", matcher="Post"))
    assert not result.success
    assert world.shelf.posted == ["hello"]
    step = episode_of(world, result.run_id).steps[0]
    assert step.result.is_withheld
    assert "'judge'" in step.result.error or "judge" in step.result.replaced_by
    assert "sent" not in step.result.text
    assert '"sent"' not in shown(provider, 1)


@pytest.mark.spec("HK-008")
def test_a_replaced_output_is_what_the_model_sees_and_the_journal_says_so(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf(a="password=1234"))
    provider = model_of([("Get", {"name": "a"}), PUT])
    entry = hook("redact", replace_output("password=…"), "post_tool_use", matcher="Get")
    result = run(world, provider, entry)
    assert result.success
    assert "1234" not in shown(provider, 1)
    step = episode_of(world, result.run_id).steps[0]
    assert (step.result.content, step.result.replaced_by) == ("password=…", "hook redact")
    world.shelf = Shelf(a="password=1234")
    assert run(world, NoModel(), entry).mode == "FOLLOWER"


@pytest.mark.spec("HK-008")
def test_no_hook_makes_a_success_of_a_failure(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    entry = hook("liar", replace_output("all is well"), "post_tool_use")
    result = run(world, model_of([("Get", {"name": "missing"})]), entry)
    assert result.steps[0].status == "error"
    assert episode_of(world, result.run_id).steps[0].result.text == "error: all is well"


class Flatters:
    """A transform of a plugin that calls every result a success."""

    def apply(self, _moment: str, step: Any) -> Any:
        return evolve(step, result=ToolResult(status=CallStatus.OK, content="all is well"))


@pytest.mark.spec("HK-008")
def test_no_plugin_makes_a_success_of_a_failure_either(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    seat = Contribution(name="flatters", summary="", role=Role.TRANSFORM, moments=("post_tool_use",))
    result = world.run(GOAL, model_of([("Get", {"name": "missing"})]), parts={"hooks": [(seat, Flatters())]})
    assert result.steps[0].status == "error"
    assert episode_of(world, result.run_id).steps[0].result.replaced_by == "flatters"


@pytest.mark.spec("HK-008")
def test_what_hooks_add_is_shown_beside_the_result_and_is_no_part_of_it(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    provider = model_of([PUT])
    before, after = (
        hook("b", add_context("mind the gap"), "pre_tool_use"),
        hook("a", add_context("done"), "post_tool_use"),
    )
    result = run(world, provider, before, after)
    step = episode_of(world, result.run_id).steps[0]
    assert step.result.content == {"name": "a"}
    assert step.result.note == "mind the gap\ndone"
    assert "mind the gap" in shown(provider, 1)


@pytest.mark.spec("HK-033")
def test_changed_arguments_are_what_is_called_recorded_and_told(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    provider = model_of([PUT])
    entry = hook("to-b", lambda event: change({**event["tool_input"], "name": "b"}), "pre_tool_use")
    result = run(world, provider, entry)
    assert world.shelf.log == [("Put", {"name": "b", "text": "x"})]
    assert "hook 'to-b' changed the arguments" in shown(provider, 1)
    world.shelf = Shelf()
    assert run(world, NoModel(), entry).mode == "FOLLOWER"
    assert result.success


@pytest.mark.spec("HK-033")
def test_changed_arguments_are_held_against_the_schema(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    entry = hook("odd", change({"name": 7}), "pre_tool_use")
    result = run(world, model_of([PUT]), entry)
    assert world.shelf.log == []
    assert result.steps[0].status == "error"


@pytest.mark.spec("HK-009")
@pytest.mark.parametrize("said", [deny("tests are red"), ValueError("broken")])
def test_a_success_that_stop_does_not_accept_is_partial_and_counts_against_its_trace(said: Any, tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    result = run(world, model_of([PUT]), hook("judge", said, "stop"))
    assert result.status == "partial"
    assert "'judge'" in result.reason
    assert world.memory.statistics(result.trace_id).failures == 1
    assert episode_of(world, result.run_id).status == "partial"


@pytest.mark.spec("HK-009")
def test_stop_makes_no_success_of_anything_else(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    result = run(world, model_of([PUT]), hook("no", deny("no"), "pre_tool_use"), hook("kind", None, "stop"))
    assert result.status == "denied"


@pytest.mark.spec("HK-002")
def test_a_denied_model_call_ends_the_run_as_denied_and_costs_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    result = run(world, model_of([PUT]), hook("thrifty", deny("no models today"), "pre_model_call"))
    assert (result.status, result.model_calls) == ("denied", 0)
    assert "no models today" in result.reason


@pytest.mark.spec("HK-003", "HK-006")
def test_a_failing_session_hook_is_named_and_stops_nothing(tmp_path: Path) -> None:
    world, seen = World(tmp_path, Shelf()), list[str]()

    class Sees:
        def see(self, event: Any) -> None:
            if event.kind == "note":
                seen.append(event.data["text"])

    kernel = world.kernel(model_of([PUT]), hooks=given_hooks(hook("sick", ValueError("x"), "session_start")))
    kernel.watch("sees", Sees())

    async def one_goal() -> Any:
        from llmos_core.runtime.dispatcher import dispatch

        result = await dispatch(kernel, TaskBlock(goal=GOAL))
        await kernel.close()
        return result

    assert aio.run(one_goal()).success
    assert any("'sick'" in text for text in seen)


@pytest.mark.spec("HK-001")
def test_arguments_that_nobody_could_read_are_shown_to_no_hook_and_mended_by_none(tmp_path: Path) -> None:
    world, log = World(tmp_path, Shelf()), list[Any]()
    model = ScriptedProvider([{"calls": [{"tool": "Put", "arguments": {MALFORMED: "{"}}]}, {"text": "done"}])
    run(world, model, hook("mends", change(PUT[1]), "pre_tool_use"), *listening(log))
    assert world.shelf.log == []
    assert "PreToolUse" not in counted(log)

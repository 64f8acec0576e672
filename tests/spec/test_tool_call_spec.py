"""Law: every call of every tool goes the way of specs/tool-call/1, whatever the tool does, whoever wants the call."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core import aio
from llmos_core.errors import ToolError, ToolRefusedError, UnknownOutcomeError
from llmos_core.runtime.calls import MALFORMED
from llmos_core.types.decision import ALLOW, Decision, Verdict
from llmos_core.types.json import canonical_json
from llmos_core.types.tools import Effect, ToolCall, ToolSpec
from llmos_std.journal.records import call_json, outcome_json
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import World

SPEC = Path(__file__).parents[2] / "specs" / "tool-call" / "1"
SCHEMA = Draft202012Validator(json.loads((SPEC / "schema.json").read_text("utf-8")))
DIGESTS = json.loads((SPEC / "vectors" / "digests.json").read_text("utf-8"))
GOAL = "use the tool"
FEW = settings(max_examples=25, deadline=None)


class Tool:
    """A tool that does what the test says; `seen` are the arguments of each call, `contexts` what it was told."""

    def __init__(self, act: Any = "done", effect: Effect = Effect.READ, **more: Any) -> None:
        properties = {"text": {"type": "string"}}
        schema = {"type": "object", "properties": properties, "required": ["text"], "additionalProperties": False}
        self.spec = ToolSpec(name="Try", description="", parameters=schema, effect=effect)
        self.seen: list[Any] = []
        self.contexts: list[Any] = []
        self._act = act
        for name, value in more.items():
            setattr(self, name, value)

    def call(self, arguments: Any, context: Any) -> Any:
        self.seen.append(dict(arguments))
        self.contexts.append(context)
        answer = self._act(arguments) if callable(self._act) else self._act
        if isinstance(answer, Exception):
            raise answer
        return answer


class Box:
    """The tools of a world, in place of a shelf."""

    def __init__(self, tool: Any) -> None:
        self._tool = tool

    def tools(self) -> list[Any]:
        return [self._tool]


def calling(*arguments: Any, tool: str = "Try") -> ScriptedProvider:
    turns: list[Any] = [{"calls": [{"tool": tool, "arguments": each}]} for each in arguments]
    return ScriptedProvider([*turns, {"text": "done"}])


def run(tool: Any, provider: Any, folder: Path, **parts: Any) -> tuple[Any, Any]:
    """Run one goal; return its result and its episode in the journal."""
    world = World(folder, Box(tool))  # type: ignore[arg-type]
    options = parts.pop("options", {})
    result = world.run(GOAL, provider, parts=parts, **options)
    kernel = world.kernel(provider)

    async def episode() -> Any:
        await kernel.boot()
        found = (await kernel.service("journal")).episode(result.run_id)
        await kernel.close()
        return found

    return result, aio.run(episode())


def step_of(tool: Any, folder: Path, **parts: Any) -> Any:
    return run(tool, calling({"text": "x"}), folder, **parts)[1].steps[0]


@pytest.mark.spec("TC-020")
@pytest.mark.parametrize("path", sorted((SPEC / "vectors" / "valid").glob("*.json")), ids=lambda path: path.stem)
def test_a_valid_vector_satisfies_the_schema(path: Path) -> None:
    SCHEMA.validate(json.loads(path.read_text("utf-8")))


@pytest.mark.spec("TC-010", "TC-020")
@pytest.mark.parametrize("path", sorted((SPEC / "vectors" / "invalid").glob("*.json")), ids=lambda path: path.stem)
def test_an_invalid_vector_breaks_the_schema(path: Path) -> None:
    assert not SCHEMA.is_valid(json.loads(path.read_text("utf-8")))


@pytest.mark.spec("TC-002", "TC-003", "TC-004")
def test_digests_are_those_of_the_vectors() -> None:
    for spec in DIGESTS["specs"]:
        facts = {key: value for key, value in spec.items() if key != "fingerprint"}
        assert ToolSpec(**{**facts, "effect": Effect(facts["effect"])}).fingerprint == spec["fingerprint"]
    for call in DIGESTS["calls"]:
        assert ToolCall(id=call["id"], tool=call["tool"], arguments=call["arguments"]).key == call["key"]
    for pair in DIGESTS["canonical"]:
        assert canonical_json(pair["value"]) == pair["text"]


json_objects = st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3) | st.booleans(), max_size=3)


@pytest.mark.spec("TC-003")
@given(json_objects, json_objects, st.text(max_size=3), st.text(max_size=3))
def test_equal_keys_are_equal_calls_and_ids_do_not_matter(one: Any, other: Any, first: str, second: str) -> None:
    keys = [ToolCall(id=call_id, tool="T", arguments=a).key for call_id, a in ((first, one), (second, other))]
    assert (keys[0] == keys[1]) is (canonical_json(one) == canonical_json(other))


@pytest.mark.spec("TC-004")
@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
def test_what_json_cannot_hold_has_no_canonical_text(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical_json(value)


@pytest.mark.spec("TC-010")
def test_effects_mean_what_the_table_says() -> None:
    table = {row[0].strip("` "): row[1:] for row in rows() if row[0].strip("` ") in list(Effect)}
    assert set(table) == set(Effect)
    for name, (safe, repeats, final) in table.items():
        effect = Effect(name)
        assert (effect.is_safe, effect.may_repeat, effect.is_final) == (safe == "yes", repeats == "yes", final == "yes")


def rows() -> list[list[str]]:
    lines = (SPEC / "README.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if len(row) == 4]


@pytest.mark.spec("TC-011")
def test_a_tool_that_declares_no_effect_is_unknown() -> None:
    assert ToolSpec(name="T", description="", parameters={}).effect is Effect.UNKNOWN


@pytest.mark.spec("TC-001")
@FEW
@given(json_objects)
def test_arguments_that_do_not_fit_never_reach_the_tool(arguments: dict[str, Any]) -> None:
    tool = Tool()
    with TemporaryDirectory() as folder:
        step = run(tool, calling(arguments), Path(folder))[1].steps[0]
    fits = set(arguments) == {"text"} and isinstance(arguments["text"], str)
    assert tool.seen == ([arguments] if fits else [])
    assert step.result.status == ("ok" if fits else "error")


@pytest.mark.spec("TC-005")
def test_a_models_unreadable_arguments_are_an_error(tmp_path: Path) -> None:
    tool = Tool()
    _, episode = run(tool, calling({MALFORMED: "{text: x"}), tmp_path)
    assert tool.seen == []
    assert "valid JSON" in episode.steps[0].result.error


@pytest.mark.spec("TC-006")
def test_a_tool_that_is_not_there_is_an_error_that_names_what_is(tmp_path: Path) -> None:
    _, episode = run(Tool(), calling({}, tool="Reed"), tmp_path)
    assert episode.steps[0].result.status == "error"
    assert "Read" in episode.steps[0].result.error


@pytest.mark.spec("TC-012")
@pytest.mark.parametrize(
    ("said", "expected"),
    [(Effect.READ, "read"), ("irreversible", "irreversible"), ("harmless", "unknown"), (ValueError("x"), "unknown")],
)
def test_the_tools_word_on_a_call_counts_and_anything_else_is_unknown(said: Any, expected: str, tmp_path: Path) -> None:
    def effect_of(_arguments: Any) -> Any:
        if isinstance(said, Exception):
            raise said
        return said

    assert step_of(Tool(effect=Effect.IDEMPOTENT_WRITE, effect_of=effect_of), tmp_path).effect == expected


@pytest.mark.spec("TC-020", "TC-021")
@pytest.mark.parametrize(
    ("act", "status"),
    [
        ("fine", "ok"),
        (None, "ok"),
        (ToolError("cannot"), "error"),
        (ToolRefusedError("must not"), "denied"),
        (KeyError("odd"), "error"),
        (RecursionError(), "error"),
        ({1, 2}, "error"),
        (float("nan"), "error"),
    ],
    ids=str,
)
def test_what_a_tool_answers_or_raises_is_its_steps_status(act: Any, status: str, tmp_path: Path) -> None:
    step = step_of(Tool(act), tmp_path)
    assert step.result.status == status
    SCHEMA.validate(outcome_json(step))
    SCHEMA.validate(call_json(step.call))


@pytest.mark.spec("TC-022")
def test_an_answer_that_says_failure_is_an_error_and_keeps_its_content(tmp_path: Path) -> None:
    step = step_of(Tool({"exit_code": 1}, is_failure=lambda content: content["exit_code"] != 0), tmp_path)
    assert (step.result.status, step.result.content) == ("error", {"exit_code": 1})


@pytest.mark.spec("TC-023")
@pytest.mark.parametrize("effect", Effect)
def test_an_end_that_nobody_saw_is_unknown_unless_repeating_is_harmless(effect: Effect, tmp_path: Path) -> None:
    step = step_of(Tool(UnknownOutcomeError("lost"), effect=effect), tmp_path)
    assert step.result.status == ("error" if effect.may_repeat else "unknown")


class No:
    """A gate that denies every call of a tool."""

    def check(self, action: Any) -> Verdict:
        return ALLOW if action.call.tool == "model" else Verdict(decision=Decision.DENY, reason="no")


@pytest.mark.spec("TC-024")
def test_a_denied_call_is_a_step_and_never_reaches_the_tool(tmp_path: Path) -> None:
    tool = Tool()
    step = step_of(tool, tmp_path, gates=(No(),))
    assert tool.seen == []
    assert (step.result.status, step.result.content) == ("denied", None)
    SCHEMA.validate(outcome_json(step))


class Watching:
    """A journal that notes when something is written."""

    def __init__(self, log: list[str], journal: Any) -> None:
        self._log, self._journal = log, journal

    def __getattr__(self, name: str) -> Any:
        if name in ("intend", "settle"):
            self._log.append(name)
        return getattr(self._journal, name)


@pytest.mark.spec("TC-025")
def test_intent_then_call_then_result(tmp_path: Path) -> None:
    log: list[str] = []
    tool = Tool(lambda _arguments: log.append("call"))
    world = World(tmp_path, Box(tool))  # type: ignore[arg-type]
    plain = world.kernel(calling({"text": "x"}))

    async def journal() -> Any:
        await plain.boot()
        return await plain.service("journal")

    world.run(GOAL, calling({"text": "x"}), parts={"journal": Watching(log, aio.run(journal()))})
    aio.run(plain.close())
    assert log == ["intend", "call", "settle"]


@pytest.mark.spec("TC-026")
def test_what_a_tool_does_to_its_arguments_stays_with_it(tmp_path: Path) -> None:
    step = step_of(Tool(lambda arguments: arguments.clear()), tmp_path)
    assert step.call.arguments == {"text": "x"}


SAME = [{"text": "x"}, {"text": "x"}]


@pytest.mark.spec("TC-032")
@pytest.mark.parametrize("effect", [Effect.REVERSIBLE_WRITE, Effect.IRREVERSIBLE, Effect.UNKNOWN])
def test_a_call_of_unknown_end_is_not_made_again_in_its_run(effect: Effect, tmp_path: Path) -> None:
    tool = Tool(UnknownOutcomeError("lost"), effect=effect)
    result, _ = run(tool, calling(*SAME), tmp_path)
    assert len(tool.seen) == 1
    assert result.status == "partial"


def surprised(tool: Any, folder: Path) -> Any:
    """Learn two calls of a tool, then let the second fail in the replay and a model make the first again."""
    world = World(folder, Box(tool))  # type: ignore[arg-type]
    world.run(GOAL, calling({"text": "x"}, {"text": "y"}))
    tool.seen.clear()
    tool.fails_on = "y"
    again = {"on_surprise": True, "calls": [{"tool": "Try", "arguments": {"text": "x"}}]}
    return world.run(GOAL, ScriptedProvider([again, {"on_surprise": True, "text": "done"}]))


class Failing(Tool):
    """A tool that can be told to fail on a text, and that sees in `world` what it has written."""

    def __init__(self, effect: Effect, **more: Any) -> None:
        super().__init__(self._write, effect, **more)
        self.fails_on = ""
        self.world: dict[str, str] = {}

    def _write(self, arguments: Any) -> Any:
        if arguments["text"] == self.fails_on:
            self.world.pop("x", None)
            return ToolError("not this time")
        self.world[arguments["text"]] = "there"
        return {"wrote": arguments["text"]}


class Looking(Failing):
    """The same, with a look at what it has written."""

    def probe(self, arguments: Any, _context: Any) -> Any:
        return {"state": "file" if arguments["text"] in self.world else "absent"}


@pytest.mark.spec("TC-030")
@pytest.mark.parametrize("effect", [effect for effect in Effect if not effect.is_safe])
def test_what_a_trace_did_a_model_does_not_do_again(effect: Effect, tmp_path: Path) -> None:
    tool = Failing(effect)
    result = surprised(tool, tmp_path)
    times = sum(seen["text"] == "x" for seen in tool.seen)
    assert times == (2 if effect.may_repeat else 1)
    assert ("repeated" in [step.status for step in result.steps]) is not effect.may_repeat


@pytest.mark.spec("TC-031")
def test_what_is_gone_from_the_world_may_be_done_again(tmp_path: Path) -> None:
    tool = Looking(Effect.REVERSIBLE_WRITE)
    tool.world.clear()
    world = World(tmp_path, Box(tool))  # type: ignore[arg-type]
    world.run(GOAL, calling({"text": "x"}, {"text": "y"}))
    tool.world.clear()
    tool.seen.clear()
    tool.fails_on = "y"
    again = {"on_surprise": True, "calls": [{"tool": "Try", "arguments": {"text": "x"}}]}
    world.run(GOAL, ScriptedProvider([again, {"on_surprise": True, "text": "done"}]))
    assert [seen["text"] for seen in tool.seen] == ["x", "y", "x"]


@pytest.mark.spec("TC-040")
@pytest.mark.parametrize("effect", Effect)
def test_looks_are_taken_before_and_after_what_changes_something(effect: Effect, tmp_path: Path) -> None:
    step = step_of(Looking(effect), tmp_path)
    assert step.before == {"state": "absent"}
    assert step.after == (None if effect.is_safe else {"state": "file"})


@pytest.mark.spec("TC-041")
def test_a_look_that_fails_is_no_look(tmp_path: Path) -> None:
    def probe(_arguments: Any, _context: Any) -> Any:
        raise OSError("blind")

    step = step_of(Tool(effect=Effect.IDEMPOTENT_WRITE, probe=probe), tmp_path)
    assert (step.before, step.after, step.result.status) == (None, None, "ok")


class Endless(Tool):
    """A tool that never answers."""

    async def call(self, arguments: Any, context: Any) -> Any:
        self.seen.append(arguments)
        await asyncio.Event().wait()


@pytest.mark.spec("TC-050", "TC-023")
def test_when_the_runs_time_is_up_a_call_is_cancelled_and_its_end_unknown(tmp_path: Path) -> None:
    tool = Endless(effect=Effect.IRREVERSIBLE)
    result, episode = run(tool, calling({"text": "x"}), tmp_path, options={"timeout_s": 0.2})
    assert len(tool.seen) == 1
    assert result.status == "timed-out"
    assert episode.steps[0].result.status == "unknown"


@pytest.mark.spec("TC-050")
def test_a_tool_is_told_what_is_left_of_the_run(tmp_path: Path) -> None:
    tool = Tool()
    run(tool, calling({"text": "x"}), tmp_path, options={"timeout_s": 7.0})
    assert 0 < tool.contexts[0].timeout_s <= 7.0

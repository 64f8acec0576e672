"""Law: a secret reaches the tool that needs it and nothing else: no stored byte, no event, no model, no result.

It is planted wherever text comes in: goal, inputs, arguments, results, errors, a model's words and a hook's note.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from road_doubles import REFERENCE, SECRET, Redacting, Road

from llmos_core import aio
from llmos_core.contrib import Contribution, Role
from llmos_core.errors import ProviderError, ToolError
from llmos_core.runtime.dispatcher import foresee
from llmos_core.runtime.redacting import Hider
from llmos_core.runtime.streaming import Lines
from llmos_core.testing.records import json_values
from llmos_core.types.decision import ALLOW
from llmos_core.types.model import Message, ModelReply, Quote
from llmos_core.types.outcome import Outcome
from llmos_core.types.record import evolve
from llmos_core.types.result import Status
from llmos_core.types.task import TaskBlock
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Usage
from worlds.kernel import Absent

GOAL = f"log in with {SECRET}"


class Model:
    """Answers with the replies given, streams them in pieces, and keeps what it was sent."""

    def __init__(self, *replies: Any) -> None:
        self._replies, self.sent = list(replies), []

    def ready(self) -> str:
        return ""

    def quote(self, _request: Any) -> Any:
        return Quote()

    def complete(self, request: Any, on_text: Any) -> ModelReply:
        self.sent.append(repr(request))
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        for start in range(0, len(reply.text), 5):
            on_text(reply.text[start : start + 5])
        return evolve(reply, usage=Usage(model="m"))


class Watching:
    """An observer that keeps all it sees."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def see(self, event: Any) -> None:
        self.seen.append(repr(event))


class Noting:
    """A hook that says a secret beside every result."""

    def apply(self, _moment: str, step: Any) -> Any:
        return evolve(step, result=evolve(step.result, note=f"by the way: {SECRET}"))


def calls(*wanted: tuple[str, dict[str, Any]], text: str = "") -> ModelReply:
    made = tuple(ToolCall(id=str(n), tool=tool, arguments=arguments) for n, (tool, arguments) in enumerate(wanted))
    return ModelReply(text=text, calls=made)


def go(road: Road, model: Any, **options: Any) -> tuple[Any, Watching]:
    """Run the goal with a redactor, a watching observer and a noting hook."""
    road.observer = watching = Watching()
    noting = Contribution(name="noting", summary="notes", role=Role.TRANSFORM, moments=("post_tool_use",))
    hooks = [(noting, Noting())]
    parts = {**road.guards(), "redactor": Redacting(), "hooks": hooks}
    return road.run(GOAL, model, parts=parts, inputs={"password": SECRET, SECRET: [SECRET]}, **options), watching


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_secret_reaches_the_tool_and_nobody_else(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.shelf.notes["a"] = f"the door opens with {SECRET}"
    model = Model(
        calls(("Get", {"name": "a"}), ("Run", {"text": f"login {SECRET}"}), text=f"I take {SECRET}.\nThen I go."),
        ModelReply(text=f"done with\n{SECRET}\n"),
    )
    result, watching = go(road, model)
    assert result.status == "succeeded"
    assert road.called == [("Get", {"name": "a"}), ("Run", {"text": f"login {SECRET}"})]
    everything = {"a result": repr(result), "events": repr(watching.seen), "a model": repr(model.sent)}
    assert [place for place, text in everything.items() if SECRET in text] == []
    assert [place for place, text in everything.items() if REFERENCE not in text] == []
    assert SECRET.encode() not in stored(tmp_path)
    (trace,) = road.memory.list()
    assert SECRET not in repr(trace)
    assert REFERENCE in trace.goal


def test_the_same_goal_is_followed_with_the_secret_in_it(tmp_path: Path) -> None:
    road = Road(tmp_path)
    go(road, Model(calls(("Run", {"text": SECRET})), ModelReply(text="done")))
    result, _ = go(road, Absent())
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "FOLLOWER", 0)
    assert road.called == [("Run", {"text": SECRET})] * 2


@pytest.mark.parametrize("error", [ToolError(f"no entry with {SECRET}"), RuntimeError(SECRET)])
def test_a_secret_in_an_error_is_hidden(tmp_path: Path, error: Exception) -> None:
    road = Road(tmp_path)

    def fail(_tool: str, _arguments: Any) -> None:
        raise error

    road.shelf.before_call = fail
    model = Model(calls(("Run", {"text": "x"})), ProviderError(f"401 for key {SECRET}"))
    result, watching = go(road, model)
    assert result.status != "succeeded"
    assert SECRET not in repr((result, watching.seen, model.sent))
    assert SECRET.encode() not in stored(tmp_path)


@pytest.mark.parametrize("is_refused", [False, True])
def test_what_hooks_say_about_a_goal_is_hidden(tmp_path: Path, is_refused: bool) -> None:
    shown: list[str] = []

    class Saying:
        def apply(self, moment: str, value: Any) -> Any:
            if moment == "session_start":
                return evolve(value, context=(f"the password is {SECRET}",))
            shown.append(repr(value))
            if is_refused:
                raise ValueError(f"not with {SECRET}")
            return evolve(value, goal=f"{value.goal} and {SECRET}")

    moments = ("session_start", "user_prompt_submit")

    class Judging:
        def check(self, action: Any) -> Any:
            shown.append(repr(action))
            return ALLOW

    saying = Contribution(name="saying", summary="says", role=Role.TRANSFORM, moments=moments)
    judging = Contribution(name="judging", summary="judges", role=Role.GATE, moments=("user_prompt_submit",))
    road, model = Road(tmp_path), Model(ModelReply(text="done"))
    road.observer = watching = Watching()
    hooks = [(saying, Saying()), (judging, Judging())]
    result = road.run(GOAL, model, parts={**road.guards(), "redactor": Redacting(), "hooks": hooks})
    assert len(shown) == (1 if is_refused else 2)
    assert SECRET not in repr(shown)
    assert result.status == ("denied" if is_refused else "succeeded")
    assert SECRET not in repr((result, watching.seen, model.sent))
    assert SECRET.encode() not in stored(tmp_path)
    assert REFERENCE.encode() in stored(tmp_path)


def test_what_a_mode_says_in_the_end_is_hidden(tmp_path: Path) -> None:
    class Telling:
        async def run(self, context: Any, _decision: Any) -> Outcome:
            status, transcript = Status.SUCCEEDED, context.transcript
            return Outcome(status=status, mode="LEARNER", transcript=transcript, output=SECRET, reason=SECRET)

    road = Road(tmp_path)
    result = road.run("g", Model(), parts={**road.guards(), "redactor": Redacting(), "mode": Telling()})
    assert (result.output, result.reason) == (REFERENCE, REFERENCE)
    assert SECRET.encode() not in stored(tmp_path)


def test_what_hooks_put_into_requests_and_answers_is_hidden(tmp_path: Path) -> None:
    class Adding:
        def apply(self, moment: str, value: Any) -> Any:
            if moment == "pre_model_call":
                return evolve(value, messages=(*value.messages, Message(role="user", text=f"use {SECRET}")))
            return evolve(value, text=f"{value.text} {SECRET}")

    moments = ("pre_model_call", "post_model_call")
    adding = Contribution(name="adding", summary="adds", role=Role.TRANSFORM, moments=moments)
    road, model = Road(tmp_path), Model(ModelReply(text="done"))
    result = road.run("g", model, parts={**road.guards(), "redactor": Redacting(), "hooks": [(adding, Adding())]})
    assert result.output == f"done {REFERENCE}"
    assert SECRET not in repr(model.sent)
    assert f"use {REFERENCE}" in repr(model.sent)
    assert SECRET.encode() not in stored(tmp_path)


def test_who_only_wants_to_know_what_would_happen_is_told_no_secret(tmp_path: Path) -> None:
    async def look() -> Any:
        kernel = road.kernel(Absent(), **{**road.guards(), "redactor": Redacting()})
        try:
            return await foresee(kernel, TaskBlock(goal=GOAL, inputs={"password": SECRET}))
        finally:
            await kernel.close()

    road = Road(tmp_path)
    seen = aio.run(look())
    assert SECRET not in repr(seen)
    assert seen.task.goal == f"log in with {REFERENCE}"


@pytest.mark.parametrize("fails_on", [None, "the door"])
def test_an_event_of_a_plugin_that_knows_no_better_is_hidden(tmp_path: Path, fails_on: str | None) -> None:
    async def publish() -> None:
        kernel = road.kernel(None, **{**road.guards(), "redactor": Redacting(fails_on)})
        await kernel.boot()
        kernel.publish("note", "", {"text": f"the door opens with {SECRET}", SECRET: [SECRET]})
        await kernel.close()

    road = Road(tmp_path)
    road.observer = watching = Watching()
    aio.run(publish())
    (seen,) = watching.seen
    assert SECRET not in seen
    assert (REFERENCE in seen) is (fails_on is None)


@given(json_values())
def test_without_a_redactor_everything_passes_as_it_is(value: Any) -> None:
    hider = Hider()
    assert hider.value(value) is value
    assert hider.reveal(value) is value
    assert hider.event({"x": value}) == {"x": value}


TEXTS = st.lists(
    st.one_of(
        st.just(SECRET), st.just("\n"), st.just("-----BEGIN KEY-----\n"), st.just("-----END KEY-----\n"), st.text()
    )
).map("".join)


@given(TEXTS, st.data())
def test_streamed_text_shows_a_beginning_of_the_answer_and_no_secret(text: str, data: st.DataObject) -> None:
    told: list[str] = []
    lines = Lines(Hider(Redacting()), told.append)
    rest = text
    while rest:
        size = data.draw(st.integers(1, min(len(rest), 12)))
        lines.take(rest[:size])
        rest = rest[size:]
    shown = "".join(told)
    assert SECRET not in shown
    assert text.replace(SECRET, REFERENCE).startswith(shown)
    begun, ended = shown.rfind("-----BEGIN "), shown.rfind("-----END ")
    assert begun <= ended


@given(TEXTS)
def test_streamed_text_is_told_line_by_line(text: str) -> None:
    told: list[str] = []
    Lines(Hider(Redacting()), told.append).take(text)
    whole = text[: text.rfind("\n") + 1]
    if "-----BEGIN " not in text:
        assert "".join(told) == whole.replace(SECRET, REFERENCE)

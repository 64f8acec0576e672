"""Tools that are right, and tools with one fault each."""

import asyncio
import contextlib
from itertools import count
from typing import Any

import attrs
from hypothesis import settings

from llmos_core.protocols.acting import ToolContext
from llmos_core.testing import tool_suite
from llmos_core.types.tools import Effect, ToolSpec

SPEC = ToolSpec(
    name="Note",
    description="Keep a note.",
    parameters={"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
    effect=Effect.IDEMPOTENT_WRITE,
)
EXAMPLE = {"text": "milk"}


class Reference:
    """Writes one file, can look at it, and knows that times do not matter."""

    spec = SPEC

    def call(self, arguments: dict[str, Any], context: ToolContext) -> Any:
        (context.workspace / "note.txt").write_text(arguments["text"])
        return {"kept": arguments["text"]}

    def probe(self, _arguments: dict[str, Any], context: ToolContext) -> Any:
        return {"state": "file" if (context.workspace / "note.txt").exists() else "absent"}

    def effect_of(self, _arguments: dict[str, Any]) -> Effect:
        return self.spec.effect

    def generalise(self, _content: Any) -> Any:
        return "any"


class Bare:
    """A tool with nothing but a face and a call, and async at that."""

    spec = attrs.evolve(SPEC, effect=Effect.PURE)

    async def call(self, arguments: dict[str, Any], _context: ToolContext) -> Any:
        return len(arguments["text"])


class HasNoDescription(Reference):
    spec = attrs.evolve(SPEC, description=" ")


class HasAnotherSchema(Reference):
    spec = attrs.evolve(SPEC, parameters={"type": "object", "required": ["words"]})


class AnswersInBytes(Reference):
    def call(self, arguments: dict[str, Any], context: ToolContext) -> Any:
        super().call(arguments, context)
        return b"kept"


class EatsItsArguments(Reference):
    def call(self, arguments: dict[str, Any], context: ToolContext) -> Any:
        answer = super().call(arguments, context)
        arguments["seen"] = True
        return answer


class OnlyClaimsToLook(Reference):
    spec = attrs.evolve(SPEC, effect=Effect.READ)


class Appends(Reference):
    def call(self, arguments: dict[str, Any], context: ToolContext) -> Any:
        with (context.workspace / "note.txt").open("a") as file:
            file.write(arguments["text"])
        return "kept"


class ProbesWithTheHand(Reference):
    def probe(self, _arguments: dict[str, Any], context: ToolContext) -> Any:
        (context.workspace / "probed").touch()
        return None


class ProbesDifferently(Reference):
    numbers = count()

    def probe(self, _arguments: dict[str, Any], _context: ToolContext) -> Any:
        return next(self.numbers)


class JudgesOnlyWhatItKnows(Reference):
    def effect_of(self, arguments: dict[str, Any]) -> Effect:
        return Effect.IDEMPOTENT_WRITE if arguments["text"] else Effect.PURE


class GeneralisesOnAndOn(Reference):
    def generalise(self, content: Any) -> Any:
        return [content]


class JudgesOnlyTexts(Reference):
    def is_failure(self, content: Any) -> bool:
        return bool(content.startswith("error"))


class WritesBeside(Reference):
    def call(self, arguments: dict[str, Any], context: ToolContext) -> Any:
        (context.workspace.parent / "log.txt").write_text("called")
        return super().call(arguments, context)


class CannotBeCancelled(Reference):
    async def call(self, arguments: dict[str, Any], context: ToolContext) -> Any:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return super().call(arguments, context)


RIGHT = (Reference, Bare)

MUTANTS: dict[Any, str] = {
    HasNoDescription: "test_the_face_is_complete_and_constant",
    HasAnotherSchema: "test_the_example_satisfies_the_schema",
    AnswersInBytes: "test_the_answer_is_json",
    EatsItsArguments: "test_the_arguments_are_left_alone",
    OnlyClaimsToLook: "test_a_call_that_only_looks_changes_nothing",
    Appends: "test_a_call_that_may_repeat_leaves_the_same_when_repeated",
    ProbesWithTheHand: "test_probing_sees_the_same_twice_and_touches_nothing",
    ProbesDifferently: "test_probing_sees_the_same_twice_and_touches_nothing",
    JudgesOnlyWhatItKnows: "test_any_arguments_have_an_effect",
    JudgesOnlyTexts: "test_any_content_is_judged_failed_or_not",
    WritesBeside: "test_nothing_beside_the_workspace_changes",
    CannotBeCancelled: "test_a_cancelled_call_stops",
    GeneralisesOnAndOn: "test_generalising_twice_is_generalising_once",
}


def suite(made: Any, bounds: settings) -> type:
    return tool_suite(made, EXAMPLE, bounds=bounds)

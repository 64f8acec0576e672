"""Transforms that are right, and transforms with one fault each."""

from itertools import count
from typing import Any

from hypothesis import settings

from llmos_core.contrib import MOMENTS
from llmos_core.testing import transform_suite
from llmos_core.types.record import evolve
from llmos_core.types.tools import ToolCall


class Reference:
    """Adds a mark to the arguments of calls, and leaves everything else alone."""

    moments: tuple[str, ...] = MOMENTS

    def apply(self, _moment: str, value: Any) -> Any:
        if isinstance(value, ToolCall):
            return evolve(value, arguments={**value.arguments, "mark": True})
        return value


class AsyncReference(Reference):
    async def apply(self, moment: str, value: Any) -> Any:
        return super().apply(moment, value)


class IsNeverAsked(Reference):
    moments = ("pre_tool_use", "before_tool_use")


class WantsAPath(Reference):
    def apply(self, moment: str, value: Any) -> Any:
        return super().apply(moment, value) if not isinstance(value, ToolCall) or value.arguments["path"] else value


class ReturnsTheArguments(Reference):
    def apply(self, moment: str, value: Any) -> Any:
        return dict(value.arguments) if isinstance(value, ToolCall) else value


class Counts(Reference):
    numbers = count()

    def apply(self, moment: str, value: Any) -> Any:
        if isinstance(value, ToolCall):
            return evolve(value, arguments={**value.arguments, "number": next(self.numbers)})
        return value


class ChangesInPlace(Reference):
    def apply(self, _moment: str, value: Any) -> Any:
        if isinstance(value, ToolCall):
            value.arguments["mark"] = True  # type: ignore[index]
        return value


RIGHT = (Reference, AsyncReference)

MUTANTS: dict[Any, str] = {
    IsNeverAsked: "test_it_is_registered_for_moments_that_exist",
    WantsAPath: "test_every_value_is_taken",
    ReturnsTheArguments: "test_the_answer_is_of_the_same_type",
    Counts: "test_the_same_value_is_changed_the_same_way",
    ChangesInPlace: "test_the_value_itself_is_left_alone",
}


def suite(made: Any, bounds: settings) -> type:
    return transform_suite(made, made.moments, bounds=bounds)

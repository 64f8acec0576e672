"""The laws of a Transform: a pure function from a value to one of the same type, at the moments it is made for."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.contrib import MOMENTS
from llmos_core.protocols.acting import Transform
from llmos_core.testing.building import FEW, make_suite
from llmos_core.testing.records import (
    model_replies,
    model_requests,
    outcomes,
    sessions,
    step_records,
    tasks,
    tool_calls,
)

VALUES: Mapping[str, Callable[[], st.SearchStrategy[Any]]] = {
    "user_prompt_submit": tasks,
    "pre_tool_use": tool_calls,
    "post_tool_use": step_records,
    "pre_model_call": model_requests,
    "post_model_call": model_replies,
    "session_start": sessions,
    "session_end": sessions,
    "stop": outcomes,
}
"""Moment → what a transform is given then."""


def transform_suite(
    factory: Callable[[], Transform], moments: Sequence[str] = ("pre_tool_use",), *, bounds: settings = FEW
) -> type:
    """Return the laws for the transforms that `factory` makes; `moments` are those of its contribution."""
    pairs = [st.tuples(st.just(moment), VALUES[moment]()) for moment in moments if moment in VALUES]
    draws = {"given": st.one_of(pairs)}
    return make_suite(TransformLaws, draws=draws, bounds=bounds, factory=staticmethod(factory), moments=tuple(moments))


class TransformLaws:
    """What every transform must do."""

    factory: Callable[[], Transform]
    moments: tuple[str, ...]

    def test_it_is_registered_for_moments_that_exist(self) -> None:
        """Else it is never asked. The moments are in `llmos_core.contrib.MOMENTS`; not each has a value to change."""
        assert self.moments, "it is registered for no moment"
        unknown = [moment for moment in self.moments if moment not in MOMENTS]
        assert unknown == [], f"no such moments: {', '.join(unknown)} (known: {', '.join(MOMENTS)})"

    def test_every_value_is_taken(self, given: tuple[str, Any]) -> None:
        """Else a call is refused, or the transform is skipped and named. Return the value as it is when in doubt."""
        _apply(self.factory(), *given)

    def test_the_answer_is_of_the_same_type(self, given: tuple[str, Any]) -> None:
        """Else llmos refuses the answer. Use `evolve(value, …)`, and return the value itself to change nothing."""
        changed = _applied(self.factory(), *given)
        assert isinstance(changed, type(given[1])), f"expected {type(given[1]).__name__}, found {changed!r}"

    def test_the_same_value_is_changed_the_same_way(self, given: tuple[str, Any]) -> None:
        """Else a replay differs from its recording. Use no clock, no chance and no memory of earlier values."""
        transform = self.factory()
        answers = [_applied(transform, *given), _applied(transform, *given), _applied(self.factory(), *given)]
        assert answers[0] == answers[1] == answers[2]

    def test_the_value_itself_is_left_alone(self, given: tuple[str, Any]) -> None:
        """Else the change also reaches whoever kept the value. Copy dictionaries and lists before changing them."""
        moment, value = given
        before = copy.deepcopy(value)
        _applied(self.factory(), moment, value)
        assert value == before


def _apply(transform: Transform, moment: str, value: Any) -> Any:
    return aio.run(aio.call(transform.apply, moment, value))


def _applied(transform: Transform, moment: str, value: Any) -> Any:
    """Return the answer, or the value where there is none: that is for test_every_value_is_taken to judge."""
    try:
        return _apply(transform, moment, value)
    except Exception:  # noqa: BLE001 – judged by the law named above
        return value

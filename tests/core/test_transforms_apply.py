"""Law of `apply`: the value passes through the working transforms in order; a broken one is named and changes nothing.

Where something can still be stopped, a broken one also refuses.
"""

import asyncio

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.contrib import MOMENTS
from llmos_core.runtime.transforms import REFUSING_MOMENTS, NamedTransform, Transformed, apply


@attrs.frozen
class Adds:
    text: str

    def apply(self, _moment, value):
        return value + self.text


@attrs.frozen
class AddsLater:
    text: str

    async def apply(self, _moment, value):
        await asyncio.sleep(0)
        return value + self.text


class Raises:
    def apply(self, _moment, _value):
        raise LookupError("lost")


class Forgets:
    def apply(self, _moment, _value):
        return None


class Hangs:
    async def apply(self, _moment, _value):
        await asyncio.Event().wait()


working = st.builds(Adds, st.text(max_size=3)) | st.builds(AddsLater, st.text(max_size=3))
transforms = st.lists(st.builds(NamedTransform, st.text("abc", min_size=1, max_size=3), working | st.just(Raises())))


@given(transforms, st.sampled_from(MOMENTS), st.text(max_size=3))
def test_working_transforms_apply_in_order_and_broken_ones_change_nothing(found, moment, value):
    texts = [named.transform.text for named in found if not isinstance(named.transform, Raises)]
    result = aio.run(apply(found, moment, value))
    assert result.value == value + "".join(texts)
    assert len(result.problems) == len(found) - len(texts)


@given(transforms, st.sampled_from(MOMENTS))
def test_a_problem_refuses_exactly_where_something_can_still_be_refused(found, moment):
    result = aio.run(apply(found, moment, ""))
    assert result.is_refused is (bool(result.problems) and moment in REFUSING_MOMENTS)


@pytest.mark.parametrize("broken", [Raises(), Forgets(), Hangs()])
def test_each_way_of_being_broken_is_named_and_skipped(broken):
    chain = [NamedTransform("one", Adds("1")), NamedTransform("sick", broken), NamedTransform("two", Adds("2"))]
    result = aio.run(apply(chain, "user_prompt_submit", "0", timeout_s=0.01))
    assert result.value == "012"
    (problem,) = result.problems
    assert "'sick'" in problem
    assert "user_prompt_submit" in problem


def test_without_transforms_a_value_passes_as_it_is():
    value = object()
    assert aio.run(apply((), "stop", value)) == Transformed(value=value)

"""Laws of limits and constraints: the tighter limit counts, time really cancels, no sentence widens anything."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.errors import LimitError
from llmos_core.protocols.storing import BudgetLimits
from llmos_core.runtime.clock import SystemClock, sortable_id
from llmos_core.runtime.constraints import enforce
from llmos_core.runtime.limits import Limits
from llmos_core.testing.fakes import FixedClock
from llmos_core.types.task import TaskBlock


def limits(clock: Any, **changes: Any) -> Limits:
    return Limits(**{"clock": clock, "timeout_s": 10.0, "max_turns": 2, "budget": BudgetLimits(), **changes})


def test_turns_run_out() -> None:
    run = limits(FixedClock())
    run.take_turn()
    run.take_turn()
    with pytest.raises(LimitError) as caught:
        run.take_turn()
    assert caught.value.limit == "turns"


def test_time_runs_out_by_the_injected_clock() -> None:
    clock = FixedClock()
    run = limits(clock)
    clock.advance(9)
    assert run.left_s() == 1
    assert run.elapsed_s == 9
    clock.advance(1)
    with pytest.raises(LimitError) as caught:
        run.left_s()
    assert caught.value.limit == "time"


def test_async_code_is_cancelled_when_the_time_is_up() -> None:
    cancelled: list[bool] = []

    async def stuck() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    with pytest.raises(LimitError) as caught:
        aio.run(limits(FixedClock(), timeout_s=0.02).within(stuck))
    assert caught.value.limit == "time"
    assert cancelled == [True]


def test_a_time_out_of_the_plugins_own_is_not_the_limit() -> None:
    async def own() -> None:
        raise TimeoutError("my own")

    with pytest.raises(TimeoutError, match="my own"):
        aio.run(limits(SystemClock()).within(own))


@pytest.mark.parametrize(
    ("sentence", "field", "value"),
    [
        ("Max cost $0.10", "max_cost_usd", Decimal("0.10")),
        ("at most $2", "max_cost_usd", Decimal(2)),
        ("Max 3 turns.", "max_turns", 3),
        ("within 2 minutes", "timeout_s", 120.0),
        ("Maximum 30 seconds!", "timeout_s", 30.0),
    ],
)
def test_limits_are_read_from_sentences(sentence: str, field: str, value: Any) -> None:
    assert getattr(enforce(TaskBlock(goal="x", constraints=(sentence,))).task, field) == value


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_sentence_only_tightens_a_cost_limit(cap: Decimal, said: Decimal) -> None:
    task = TaskBlock(goal="x", constraints=(f"Max cost ${said}",), max_cost_usd=cap)
    assert enforce(task).task.max_cost_usd == min(cap, said)


@given(st.text())
def test_any_other_sentence_changes_no_limit_of_the_task(sentence: str) -> None:
    task = TaskBlock(goal="x", constraints=(f"about {sentence}",))
    assert enforce(task).task == task


@pytest.mark.parametrize("sentence", ["Read only", "read-only", "no writes", "Change nothing."])
def test_reading_only_is_a_rule(sentence: str) -> None:
    assert enforce(TaskBlock(goal="x", constraints=(sentence,))).is_read_only


@pytest.mark.parametrize("sentence", ["No network", "offline"])
def test_staying_offline_is_a_rule(sentence: str) -> None:
    assert enforce(TaskBlock(goal="x", constraints=(sentence,))).is_offline


def test_ids_sort_by_time_and_never_repeat() -> None:
    made = [sortable_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(len(one) == 26 for one in made)
    assert [one[:12] for one in made] == sorted(one[:12] for one in made)

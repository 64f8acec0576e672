"""The friendly face: constructing does no I/O, any part can be injected, and the sync form needs no loop of its own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from llmos_core.errors import ConfigError, UsageError
from llmos_core.testing.fakes import MemoryDict
from llmos_std.boot import LLMOS, ConfigBuilder, LLMOSConfig
from llmos_std.matching.matcher import CascadeMatcher

GOAL = "create a file hello.txt that says hello"


def environment(tmp_path: Path) -> dict[str, str]:
    return {"LLMOS_HOME": str(tmp_path / "home"), "LLMOS_MODEL__PROVIDER": "builtin", "PATH": "/usr/bin:/bin"}


def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def test_constructing_touches_nothing(tmp_path: Path) -> None:
    LLMOS(budget_usd=10.0, workspace=tmp_path / "nowhere", environ=environment(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_documented_life_of_an_os(tmp_path: Path) -> None:
    async def life() -> Any:
        system = LLMOS(budget_usd=10.0, workspace=workspace(tmp_path), environ=environment(tmp_path))
        await system.boot()
        first = await system.execute(GOAL)
        second = await system.execute(GOAL)
        await system.shutdown()
        await system.shutdown()
        return first, second, system.last_result

    first, second, last = asyncio.run(life())
    assert (first.mode, second.mode) == ("LEARNER", "FOLLOWER")
    assert first["success"] is True
    assert last == second
    assert (tmp_path / "workspace" / "hello.txt").read_text() == "hello"


def test_a_context_manager_and_a_plain_call_do_the_same(tmp_path: Path) -> None:
    folder = workspace(tmp_path)

    async def inside() -> Any:
        async with LLMOS(workspace=folder, environ=environment(tmp_path)) as system:
            return await system.execute(GOAL)

    assert asyncio.run(inside()).status == "succeeded"
    assert LLMOS(workspace=folder, environ=environment(tmp_path)).run(GOAL).mode == "FOLLOWER"


def test_any_part_can_be_injected_even_one_that_is_falsy(tmp_path: Path) -> None:
    class Falsy(MemoryDict):
        def __bool__(self) -> bool:
            return False

    memory = Falsy(CascadeMatcher().keys)
    result = LLMOS(workspace=workspace(tmp_path), environ=environment(tmp_path), memory=memory).run(GOAL)
    assert [trace.id for trace in memory.list()] == [result.trace_id]
    assert not (tmp_path / "workspace" / ".llmos" / "memories").exists()


def test_the_budget_given_is_the_budget_kept(tmp_path: Path) -> None:
    system = LLMOS(budget_usd=0.25, workspace=workspace(tmp_path), environ=environment(tmp_path))
    asyncio.run(system.boot())
    assert str(system.kernel.section("kernel").budget_usd) == "0.25"


@pytest.mark.parametrize("budget", [-1, float("nan"), "much"])
def test_an_impossible_budget_is_refused_at_once(budget: Any) -> None:
    with pytest.raises(ConfigError):
        LLMOS(budget_usd=budget)
    with pytest.raises(ConfigError):
        ConfigBuilder().with_budget(budget).build()


@pytest.mark.parametrize("preset", ["development", "production", "testing"])
def test_no_preset_refuses_an_ordinary_goal(tmp_path: Path, preset: str) -> None:
    config = getattr(LLMOSConfig, preset)()
    system = LLMOS(config=config, workspace=workspace(tmp_path), environ=environment(tmp_path))
    assert system.run(GOAL).status == "succeeded"


@pytest.mark.parametrize(
    ("goal", "options", "named"),
    [(GOAL, {"colour": 1}, "colour"), ("  ", {}, "empty"), (GOAL, {"priority": 101}, "priority")],
)
def test_a_task_that_cannot_be_is_refused_with_its_fault(
    tmp_path: Path, goal: str, options: dict[str, Any], named: str
) -> None:
    system = LLMOS(workspace=workspace(tmp_path), environ=environment(tmp_path))
    with pytest.raises(UsageError, match=named):
        system.run(goal, **options)


def test_the_kernel_is_not_there_before_boot(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="boot"):
        _ = LLMOS(workspace=tmp_path).kernel


def test_two_kernels_live_in_one_process_without_seeing_each_other(tmp_path: Path) -> None:
    async def both() -> Any:
        one, two = tmp_path / "one", tmp_path / "two"
        one.mkdir()
        two.mkdir()
        async with (
            LLMOS(workspace=one, environ=environment(tmp_path)) as first,
            LLMOS(workspace=two, environ=environment(tmp_path)) as second,
        ):
            return await first.execute(GOAL), await second.execute(GOAL)

    first, second = asyncio.run(both())
    assert (first.mode, second.mode) == ("LEARNER", "LEARNER")

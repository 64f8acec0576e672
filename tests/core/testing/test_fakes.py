"""Law: the stand-ins keep the laws of what they stand for, and whatever a provider does, a run ends honestly."""

import asyncio
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.runtime.context import RunContext
from llmos_core.testing import memory_suite, observer_suite, provider_suite, tool_suite
from llmos_core.testing.fakes import (
    FakeProvider,
    FakeRun,
    Fault,
    FaultyProvider,
    FixedClock,
    MemoryDict,
    MemoryWorkspace,
    RecordingObserver,
    counting_ids,
)
from llmos_core.testing.running import broken_laws
from llmos_core.types.model import Message, ModelReply, ModelRequest
from llmos_core.types.result import RunResult, Status
from worlds.kernel import World

ALLOWED = [Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.CUT, Fault.ERROR_INSIDE, Fault.LENGTH, Fault.REFUSAL]
LIES = {
    Fault.DUPLICATE_PIECES: "test_streamed_pieces_join_to_the_text",
    Fault.SHARED_IDS: "test_calls_are_whole",
    Fault.EMPTY: "test_a_reply_says_something_or_calls_something",
    Fault.NEGATIVE_USAGE: "test_usage_is_finite_and_never_negative",
    Fault.ENDLESS_COST: "test_usage_is_finite_and_never_negative",
    Fault.FOREIGN_ERROR: "test_it_fails_only_in_the_documented_ways",
    Fault.NOTHING: "test_a_reply_says_something_or_calls_something",
}
REQUEST = ModelRequest(messages=(Message(role="user", text="hello"),))

TestFakeProvider = provider_suite(lambda: FakeProvider().say("hello"))
TestMemoryDict = memory_suite(lambda _folder: MemoryDict(), is_durable=False)
TestRecordingObserver = observer_suite(RecordingObserver)
TestRead = tool_suite(lambda: MemoryWorkspace({"a": "text"}).tools()[0], {"path": "a"})
TestWrite = tool_suite(lambda: MemoryWorkspace().tools()[1], {"path": "a", "content": "text"})
TestAppend = tool_suite(lambda: MemoryWorkspace({"a": ""}).tools()[2], {"path": "a", "content": "text"})
TestSend = tool_suite(lambda: MemoryWorkspace().tools()[3], {"content": "text"})


def faulty(*faults: Fault) -> FaultyProvider:
    return FaultyProvider(FakeProvider().call("Put", name="a", text="hi").say("done"), faults)


@pytest.mark.parametrize("fault", [Fault.NONE, *ALLOWED])
def test_what_the_protocol_allows_keeps_the_laws_of_providers(fault: Fault) -> None:
    assert broken_laws(provider_suite(lambda: FaultyProvider(FakeProvider().say("hello there"), [fault]))) == set()


@pytest.mark.parametrize("fault", LIES)
def test_each_lie_breaks_the_law_that_is_about_it(fault: Fault) -> None:
    assert LIES[fault] in broken_laws(
        provider_suite(lambda: FaultyProvider(FakeProvider().say("hello there"), [fault]))
    )


def test_a_stalled_call_ends_when_it_is_cancelled() -> None:
    async def stalled() -> None:
        provider = FaultyProvider(FakeProvider().say("hello"), [Fault.STALL])
        task = asyncio.ensure_future(provider.complete(REQUEST, len))
        await asyncio.sleep(0)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stalled())


def test_faults_come_in_the_order_of_the_script_and_then_all_is_well() -> None:
    provider = FaultyProvider(FakeProvider().say("hello"), [Fault.RATE_LIMITED, Fault.CUT])
    pieces: list[str] = []
    for status in (429, None):
        with pytest.raises(ProviderError) as caught:
            aio.run(provider.complete(REQUEST, pieces.append))
        assert (caught.value.status, caught.value.retryable) == (status, True)
    assert aio.run(provider.complete(REQUEST, pieces.append)).text == "hello"
    assert provider.met == [Fault.RATE_LIMITED, Fault.CUT, Fault.NONE]
    assert pieces == ["I begin to", "hello"]


@settings(max_examples=40)
@given(st.lists(st.sampled_from([fault for fault in Fault if fault is not Fault.STALL]), max_size=3))
def test_whatever_a_provider_does_a_run_ends_honestly(faults: list[Fault]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        result = world.run("put hi into a", faulty(*faults))
        assert isinstance(result, RunResult)
        assert result.cost_usd is None or result.cost_usd >= 0
        if result.status is Status.SUCCEEDED:
            assert result.output == ("" if Fault.EMPTY in faults else "done")
            assert world.shelf.notes == {"a": "hi"}
        else:
            assert result.reason
            assert list(world.memory.list()) == []


def test_a_stalled_model_ends_with_the_runs_time(tmp_path: Path) -> None:
    result = World(tmp_path).run("put hi into a", faulty(Fault.STALL), timeout_s=0.05)
    assert result.status is Status.TIMED_OUT


def test_a_fake_run_has_every_public_name_of_a_real_one() -> None:
    real = {name for name in dir(RunContext) if not name.startswith("_")}
    real |= {"memory", "match", "started", "goal_signature", "transcript", "is_forced"}
    assert {name for name in real if not hasattr(FakeRun(), name)} == set()


def test_a_fake_run_believes_what_a_tool_says_of_strangers_words() -> None:
    class Reading(MemoryWorkspace):
        def tools(self) -> Any:
            made = super().tools()
            made[0].reads_untrusted = True  # type: ignore[attr-defined]
            return made

    run = FakeRun(workspace=Reading())
    said = {name: aio.run(run.reads_untrusted(name)) for name in ("Read", "Write", "Gone")}
    assert said == {"Read": True, "Write": False, "Gone": True}


def test_a_fake_provider_answers_in_order_and_keeps_what_it_was_asked() -> None:
    provider = FakeProvider(cost_usd=Decimal("0.5")).call("Write", path="a").say("done").fail(ProviderError("broken"))
    replies: list[Any] = [provider.complete(REQUEST, len) for _ in range(2)]
    assert [(reply.text, [call.tool for call in reply.calls]) for reply in replies] == [("", ["Write"]), ("done", [])]
    assert replies[0].usage.cost_usd == provider.quote(REQUEST).cost_usd == Decimal("0.5")
    assert provider.left == 1
    with pytest.raises(ProviderError, match="broken"):
        provider.complete(REQUEST, len)
    with pytest.raises(NoModelError, match="asked 4 times"):
        provider.complete(REQUEST, len)
    assert provider.requests == [REQUEST] * 4
    assert isinstance(replies[0], ModelReply)


@given(st.lists(st.floats(0, 1e6), max_size=5))
def test_a_fixed_clock_moves_by_what_it_is_told(steps: list[float]) -> None:
    clock, other = FixedClock(), FixedClock()
    for seconds in steps:
        clock.advance(seconds)
    assert clock.monotonic() == pytest.approx(sum(steps))
    assert abs((clock.now() - other.now()).total_seconds() - sum(steps)) < 1e-3


def test_ids_count_and_sort() -> None:
    new_id = counting_ids("run")
    made = [new_id() for _ in range(12)]
    assert made == sorted(made)
    assert made[0] == "run-000001"

"""Law: a connection lives as long as its event loop, is shared in it, and nothing is left behind or printed."""

import asyncio
import gc
import warnings
from contextlib import suppress

import pytest

from llmos_core.errors import ProviderError
from llmos_core.runtime.clock import SystemClock
from llmos_std.providers.litellm.engine import load_litellm
from servers.asking import ask, question
from servers.replies import broken, fail, say

both_ways = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


def test_a_call_that_is_cancelled_ends_at_once(server, opened):
    server.answer(broken("stall", "x" * 40))
    provider = opened(timeout_s=600.0)

    async def cancelled():
        heard = asyncio.Event()
        task = asyncio.create_task(provider.complete(question(timeout_s=600.0), lambda _text: heard.set()))
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(cancelled(), timeout=120))
    assert server.count == 1


@both_ways
@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "mistral/mistral-small-latest", "gemini/gemini-2.5-flash"])
def test_nothing_is_left_open_when_the_loop_ends(server, opened, stream, model, capfd):
    server.answer(say("ok"), broken("cut"), fail(500), say("ok"))
    provider = opened(stream=stream, model=model, api_base=server.url, api_key_env="KEY", environ={"KEY": "none"})
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(3):
            with suppress(ProviderError):  # the server does not speak every vendor's protocol
                ask(provider)
        gc.collect()
    assert [str(one.message) for one in seen if one.category is ResourceWarning] == []
    assert capfd.readouterr() == ("", "")


def test_one_connection_serves_the_turns_of_one_loop(server, opened):
    server.answer(say("ok"))
    provider = opened(stream=False, clock=SystemClock())

    async def three():
        for _ in range(3):
            await provider.complete(question(), lambda _text: None)

    asyncio.run(three())
    assert len({headers["x-client-port"] for headers in server.headers}) == 1


def test_one_client_serves_the_streamed_turns_of_one_loop(server, opened):
    """OpenAI's client hangs up at `[DONE]` when the last bytes are not there yet: only the client is sure to stay."""
    server.answer(say("ok"))
    provider = opened(stream=True, clock=SystemClock())

    async def three():
        for _ in range(3):
            await provider.complete(question(), lambda _text: None)
        clients = load_litellm().in_memory_llm_clients_cache.cache_dict
        return [key for key in clients if key.endswith(f"-{id(asyncio.get_running_loop())}")]

    assert len(asyncio.run(three())) == 1


def test_two_kernels_in_one_loop_do_not_close_each_others_connections(server, opened):
    server.answer(say("ok"))
    first, second = opened(), opened()

    async def both():
        replies = [await one.complete(question(), lambda _text: None) for one in (first, second, first)]
        return [reply.text for reply in replies]

    assert asyncio.run(both()) == ["ok"] * 3

"""A server's tools behave as llmos tools: its answers as JSON, its failures as errors, what nobody saw as unknown."""

import asyncio
from pathlib import Path

import pytest

from llmos_core.errors import PluginError, ToolError, UnknownOutcomeError
from llmos_core.types.tools import Effect
from worlds import READS, tool, until


def test_a_tool_is_offered_under_its_servers_name_with_its_schema(world):
    world.lists(tool("look", hints=READS))

    async def offered():
        async with world.source() as source:
            return await source.tools(), source.problems()

    (found,), problems = asyncio.run(offered())
    assert found.spec.name == "raw__look"
    assert found.spec.parameters["properties"] == {"text": {"type": "string"}}
    assert found.spec.effect is Effect.READ
    assert "raw" in found.spec.description
    assert "does look" in found.spec.description
    assert problems == ()


def test_no_server_is_started_before_something_is_asked_of_it(world):
    world.lists(tool("look"))

    async def untouched():
        async with world.source() as source:
            return await source.tool("other__look"), await source.tool("Read")

    assert asyncio.run(untouched()) == (None, None)
    assert world.log == []


def test_a_call_is_answered_with_its_text(world):
    world.lists(tool("look"))
    assert world.call("raw__look", {"text": "a"}) == '{"text": "a"}'
    assert world.log == ["start", "list", "call look", "end"]


def test_a_failure_is_an_error_in_the_servers_words_without_control_characters(world):
    world.lists(tool("look", "fail"))
    with pytest.raises(ToolError) as caught:
        world.call("raw__look")
    assert "broken" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert not isinstance(caught.value, UnknownOutcomeError)


def test_an_unknown_tool_of_a_known_server_is_none(world):
    world.lists(tool("look"))

    async def asked():
        async with world.source() as source:
            return await source.tool("raw__lock")

    assert asyncio.run(asked()) is None


def test_a_program_that_refuses_to_start_is_named_with_its_last_words(world):
    world.lists(tool("look"))
    (world.folder / "refuse").touch()
    with pytest.raises(PluginError) as caught:
        world.call("raw__look")
    assert "'raw'" in str(caught.value)
    assert "refuse to start" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert "llmos mcp test raw" in str(caught.value)


def test_a_program_that_does_not_exist_is_named(world):
    with pytest.raises(PluginError, match=r"'raw'.*no-such-program"):
        world.call("raw__look", server={"command": "no-such-program", "args": []})


def test_a_server_that_never_says_a_word_is_given_up(world):
    world.lists(tool("look"))
    (world.folder / "silent").touch()
    with pytest.raises(PluginError, match=r"'raw'.*within 1 s"):
        world.call("raw__look", server={"start_timeout_s": 1.0})


def test_a_missing_secret_is_named_and_nothing_is_started(world):
    world.lists(tool("look"))
    with pytest.raises(PluginError, match=r"'raw'.*NO_SUCH_VARIABLE"):
        world.call("raw__look", server={"secrets": {"TOKEN": {"env": "NO_SUCH_VARIABLE"}}})
    assert world.log == []


def test_a_hanging_call_ends_at_its_limit_and_the_server_is_told(world):
    world.lists(tool("look", "hang"))
    with pytest.raises(UnknownOutcomeError, match=r"'raw' did not answer look within 0\.5 s"):
        world.call("raw__look", server={"timeout_s": 0.5})
    assert "cancelled" in world.log


def test_a_cancelled_call_is_cancelled_at_the_server_too(world):
    world.lists(tool("look", "hang"), tool("other"))

    async def cancelled():
        async with world.source() as source:
            look, other = await source.tool("raw__look"), await source.tool("raw__other")
            call = asyncio.create_task(look.call({}, world.context))
            await until(lambda: "call look" in world.log)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            return await other.call({"text": "still here"}, world.context)

    assert asyncio.run(cancelled()) == '{"text": "still here"}'
    assert world.log.count("start") == 1
    assert "cancelled" in world.log


def test_several_calls_may_be_under_way(world):
    world.lists(tool("slow", "hang"), tool("quick"))

    async def both():
        async with world.source(server={"timeout_s": 60.0}) as source:
            slow, quick = await source.tool("raw__slow"), await source.tool("raw__quick")
            waiting = asyncio.create_task(slow.call({}, world.context))
            answer = await quick.call({"text": "b"}, world.context)
            assert not waiting.done()
            waiting.cancel()
            await asyncio.wait({waiting})
            return answer

    assert asyncio.run(both()) == '{"text": "b"}'


def test_a_read_on_a_server_that_died_is_tried_once_more(world):
    world.lists(tool("look", "die once", hints=READS))
    assert world.call("raw__look") == "alive again"
    assert world.log.count("start") == 2
    assert world.log.count("call look") == 2


def test_a_read_is_not_tried_a_third_time(world):
    world.lists(tool("look", "die", hints=READS))
    with pytest.raises(ToolError, match=r"'raw' was lost twice.*out of luck"):
        world.call("raw__look")
    assert world.log.count("call look") == 2


def test_a_write_on_a_server_that_died_is_never_repeated(world):
    world.lists(tool("send", "die once"))
    with pytest.raises(UnknownOutcomeError, match="nobody saw its end"):
        world.call("raw__send")
    assert world.log.count("call send") == 1


def test_a_server_that_left_between_two_calls_is_started_again_even_for_a_write(world):
    world.lists(tool("send", "die afterwards"))

    async def twice():
        async with world.source() as source:
            found = await source.tool("raw__send")
            first = await found.call({}, world.context)
            await until(lambda: source.servers["raw"]._session.is_lost)
            return first, await found.call({}, world.context)

    assert asyncio.run(twice()) == ("farewell", "farewell")
    assert world.log.count("call send") == 2


def test_junk_on_standard_output_is_passed_over(world, capfd):
    world.lists(tool("look", "junk"))
    assert world.call("raw__look") == "after the junk"
    assert capfd.readouterr() == ("", "")


def test_an_answer_beyond_the_limit_is_cut(world):
    world.lists(tool("look", "huge", size=3_000_000))
    answer = world.call("raw__look", result_bytes=2_000)
    assert (answer["is_cut"], answer["size_bytes"], len(answer["beginning"])) == (True, 3_000_000, 2_000)


def test_a_line_without_end_ends_the_conversation(world, monkeypatch):
    monkeypatch.setattr("llmos_mcp.stdio.LONGEST_LINE", 100_000)
    world.lists(tool("look", "huge", size=3_000_000))
    with pytest.raises(UnknownOutcomeError, match="'raw' was lost"):
        world.call("raw__look")


def test_what_a_server_has_started_ends_with_it(world):
    world.lists(tool("look", "spawn"))
    child = int(world.call("raw__look"))
    asyncio.run(until(lambda: has_ended(child)))


def has_ended(process):
    """Say whether a process is gone, or dead and not yet buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()[2] == "Z"
    except OSError:
        return True


def test_a_tool_that_changed_since_it_was_offered_is_not_called(world):
    world.lists(tool("change", "change"), tool("look"))

    async def changed():
        async with world.source() as source:
            look, change = await source.tool("raw__look"), await source.tool("raw__change")
            await change.call({}, world.context)
            await until(lambda: source.servers["raw"]._session.is_stale)
            with pytest.raises(ToolError, match="has changed or removed look"):
                await look.call({}, world.context)
            return (await source.tool("raw__look")).spec, look.spec

    now, before = asyncio.run(changed())
    assert now.fingerprint != before.fingerprint
    assert "call look" not in world.log


def test_every_program_is_gone_when_the_source_is_closed(world):
    world.lists(tool("look"))
    world.call("raw__look")
    assert world.log[-1] == "end"


@pytest.mark.parametrize("limits", [{"allow": ["b"]}, {"deny": ["a"]}])
def test_only_wanted_tools_are_offered(world, limits):
    world.lists(tool("a"), tool("b"))

    async def names():
        async with world.source(server=limits) as source:
            return [one.spec.name for one in await source.tools()], await source.tool("raw__a")

    assert asyncio.run(names()) == (["raw__b"], None)

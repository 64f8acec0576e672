"""Both roads lead to the same tools: the SDK's own server over standard streams and over streamable HTTP."""

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from llmos_core.errors import PluginError, ToolError, UnknownOutcomeError
from llmos_core.types.tools import Effect
from llmos_mcp.config import McpConfig
from llmos_mcp.source import McpServers, opened
from worlds import SERVERS, World, tool, until

TOKEN = "a-token-that-nobody-guesses"
SDK = str(SERVERS / "sdk.py")


@contextmanager
def served(port=0):
    """Start the SDK's server over HTTP, and give its port and its process."""
    process = subprocess.Popen(
        [sys.executable, SDK, str(port), TOKEN], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    try:
        yield int(process.stderr.readline()), process
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def source_of(world, table, environ=None):
    config = McpConfig(servers={"sdk": table})
    async with opened(config, environ={**world.environ, **(environ or {})}, workspace=world.workspace) as source:
        yield source


@asynccontextmanager
async def over_stdio(world):
    async with source_of(world, {"command": sys.executable, "args": [SDK]}) as source:
        yield source


@asynccontextmanager
async def over_http(world):
    with served() as (port, _):
        table = {"url": f"http://127.0.0.1:{port}/mcp", "bearer": {"env": "SDK_TOKEN"}}
        async with source_of(world, table, {"SDK_TOKEN": TOKEN}) as source:
            yield source


async def converse(world, road):
    """Use a server for everything, and return what came of it."""
    async with road(world) as source:
        found = {"effects": {tool.spec.name: tool.spec.effect for tool in await source.tools()}}
        for name, arguments in {"add": {"a": 2, "b": 3}, "point": {"x": 4}, "picture": {}}.items():
            found[name] = await (await source.tool(f"sdk__{name}")).call(arguments, world.context)
        for name, arguments in {"add": {"a": "no number", "b": 3}, "refuse": {}}.items():
            with pytest.raises(ToolError) as caught:
                await (await source.tool(f"sdk__{name}")).call(arguments, world.context)
            found[f"{name} refused"] = caught.value
        found["grown before"] = await source.tool("sdk__grown")
        await (await source.tool("sdk__grow")).call({}, world.context)
        await until(lambda: source.servers["sdk"]._session.is_stale)
        found["grown"] = await (await source.tool("sdk__grown")).call({}, world.context)
        with pytest.raises(ToolError) as caught:
            await (await source.tool("sdk__die")).call({}, world.context)
        found["died"] = caught.value
    return found


@pytest.fixture(scope="module", params=[over_stdio, over_http])
def found(request, tmp_path_factory):
    """What came of using the server over each road."""
    return asyncio.run(converse(World(tmp_path_factory.mktemp("world")), request.param))


def test_tools_have_the_effects_of_their_annotations(found):
    assert found["effects"] == {
        "sdk__add": Effect.READ,
        "sdk__point": Effect.READ,
        "sdk__picture": Effect.IDEMPOTENT_WRITE,
        "sdk__grow": Effect.IRREVERSIBLE,
        "sdk__die": Effect.IRREVERSIBLE,
        "sdk__refuse": Effect.READ,
    }


def test_answers_keep_their_kind(found):
    assert found["add"] == {"result": 5}
    assert found["point"] == {"x": 4, "y": -4}
    (picture,) = found["picture"]["content"]
    assert (picture["type"], picture["mime_type"], picture["size_bytes"]) == ("image", "image/png", len(b"not really"))


def test_a_further_tool_is_noticed_while_the_server_runs(found):
    assert found["grown before"] is None
    assert found["grown"] == {"result": "hello"}


def test_a_server_that_ends_in_the_middle_of_a_write_leaves_its_outcome_unknown(found):
    assert isinstance(found["died"], UnknownOutcomeError)
    assert "'sdk' was lost while die was under way" in str(found["died"])


def test_an_error_of_the_protocol_is_told_in_the_servers_words(found):
    refused = found["refuse refused"]
    assert str(refused) == "MCP server 'sdk' refused refuse: not [31mtoday"
    assert not isinstance(refused, UnknownOutcomeError)
    assert "validation" in str(found["add refused"])


def test_a_wrong_token_is_refused_and_the_server_named(world):
    async def refused(port):
        table = {"url": f"http://127.0.0.1:{port}/mcp", "bearer": {"env": "SDK_TOKEN"}}
        async with source_of(world, table, {"SDK_TOKEN": "wrong"}) as source:
            await source.tool("sdk__add")

    with served() as (port, _), pytest.raises(PluginError, match="'sdk'") as caught:
        asyncio.run(refused(port))
    assert "wrong" not in str(caught.value)


def test_a_server_that_nobody_runs_is_named(world):
    async def asked():
        async with source_of(world, {"url": "http://127.0.0.1:1/mcp"}) as source:
            await source.tool("sdk__add")

    with pytest.raises(PluginError, match="'sdk' cannot be used"):
        asyncio.run(asked())


def test_a_server_that_went_away_and_came_back_is_found_again_by_a_read(world):
    async def twice():
        with served() as (port, first):
            table = {"url": f"http://127.0.0.1:{port}/mcp", "bearer": {"env": "SDK_TOKEN"}}
            async with source_of(world, table, {"SDK_TOKEN": TOKEN}) as source:
                add = await source.tool("sdk__add")
                before = await add.call({"a": 1, "b": 1}, world.context)
                first.kill()
                await asyncio.to_thread(first.wait, 20)
                with pytest.raises(ToolError, match="'sdk'"):
                    await add.call({"a": 1, "b": 1}, world.context)
                with served(port):
                    after = await add.call({"a": 1, "b": 1}, world.context)
            return before, after

    assert asyncio.run(twice()) == ({"result": 2}, {"result": 2})


def test_a_conversation_outlives_the_loop_in_which_it_began(world):
    source = McpServers(
        McpConfig(servers={"sdk": {"command": sys.executable, "args": [SDK]}}),
        environ=world.environ,
        workspace=world.workspace,
    )
    add = asyncio.run(source.tool("sdk__add"))
    session = source.servers["sdk"]._session
    assert asyncio.run(add.call({"a": 1, "b": 1}, world.context)) == {"result": 2}
    assert source.servers["sdk"]._session is session
    asyncio.run(source.close())
    assert not session.is_lost or session._task.done()


@pytest.mark.parametrize("steps", range(0, 60, 6))
def test_a_start_that_is_cancelled_at_any_moment_leaves_nothing_behind(world, steps):
    world.lists(tool("look"))

    async def cancelled():
        async with world.source() as source:
            call = asyncio.create_task(source.tool("raw__look"))
            for _ in range(steps):
                await asyncio.sleep(0.002)
            call.cancel()
            await asyncio.wait({call})

    asyncio.run(cancelled())
    assert not [line for line in running() if str(world.folder) in line]


def running():
    """Return the command line of every process there is."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return found

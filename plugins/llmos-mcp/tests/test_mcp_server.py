"""llmos as an MCP server does what the command line does, by the same gates, and says nothing but protocol."""

import asyncio
import json
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from llmos_core.errors import UsageError
from llmos_mcp.http import address_of
from worlds import until

GOAL = "write hello into hello.txt"
SCRIPT = {
    "turns": [
        {"expect": "hello.txt", "calls": [{"tool": "Write", "arguments": {"path": "hello.txt", "content": "hello"}}]},
        {"expect": "hello.txt", "text": "Written."},
        {
            "expect": "danger",
            "calls": [{"tool": "Bash", "arguments": {"command": 'python3 -c \'open("danger", "w")\''}}],
        },
        {"expect": "danger", "text": "Done."},
        {"expect": "wait", "calls": [{"tool": "Bash", "arguments": {"command": "sleep 1000"}}]},
    ]
}
COMMAND = [sys.executable, "-c", "from llmos_std.cli.main import main; main()"]
TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture
def home(world):
    """Configure a scripted provider, so that goals can be learned."""
    script = world.home / "script.json"
    script.write_text(json.dumps(SCRIPT), encoding="utf-8")
    lines = ('[model]\nprovider = "scripted"', f'[provider.scripted]\npath = "{script}"')
    (world.home / "config.toml").write_text("\n\n".join(lines), encoding="utf-8")
    return world


def arguments(world, *more):
    return ["-C", str(world.workspace), "mcp", "serve", *more]


@asynccontextmanager
async def over_stdio(world):
    parameters = StdioServerParameters(
        command=COMMAND[0], args=[*COMMAND[1:], *arguments(world)], env={"LLMOS_HOME": str(world.home)}
    )
    async with Client(parameters, cache=None) as client:
        yield client


@asynccontextmanager
async def served_over_http(world):
    """Start the server on a free port and give its address."""
    environ = {**world.environ, "LLMOS_MCP_TOKEN": TOKEN}
    process = subprocess.Popen(  # noqa: ASYNC220 – it starts at once, and is waited for in a thread
        [*COMMAND, *arguments(world, "--http", "127.0.0.1:0")],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = await asyncio.to_thread(process.stderr.readline)
        assert "MCP server on " in line, line + process.stderr.read()
        yield line.split("MCP server on ")[1].strip()
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=20)
        assert out == ""


@asynccontextmanager
async def over_http(world):
    async with (
        served_over_http(world) as address,
        create_mcp_http_client(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
        Client(streamable_http_client(address, http_client=http), cache=None) as client,
    ):
        yield client


@pytest.mark.parametrize("opened", [over_stdio, over_http])
def test_a_goal_is_learned_replayed_recalled_and_shown(home, opened):
    async def all_of_it():
        async with opened(home) as client:
            before = await client.list_tools()
            learned = (await client.call_tool("run", {"goal": GOAL})).structured_content
            (home.workspace / "hello.txt").unlink()
            replayed = (await client.call_tool("run", {"goal": GOAL})).structured_content
            recalled = (await client.call_tool("recall", {"goal": GOAL})).structured_content
            listed = (await client.call_tool("traces", {})).structured_content
            shown = (await client.call_tool("trace", {"trace_id": learned["trace_id"][:10]})).structured_content
            after = await client.list_tools()
            (home.workspace / "hello.txt").unlink()
            name = f"replay_{learned['trace_id'][:12]}"
            again = (await client.call_tool(name, {})).structured_content
            return before, learned, replayed, recalled, listed, shown, after, again

    before, learned, replayed, recalled, listed, shown, after, again = asyncio.run(all_of_it())
    assert learned["schema"] == "llmos.result/1"
    assert (learned["status"], learned["mode"], learned["model_calls"]) == ("succeeded", "LEARNER", 2)
    assert (replayed["status"], replayed["mode"], replayed["model_calls"]) == ("succeeded", "FOLLOWER", 0)
    assert recalled["match"] == "exact"
    assert recalled["replayable"] is True
    assert [trace["id"] for trace in listed["traces"]] == [learned["trace_id"]]
    assert shown["goal"] == GOAL
    assert (again["status"], again["mode"]) == ("succeeded", "FOLLOWER")
    assert (home.workspace / "hello.txt").read_text() == "hello"
    assert sorted(tool.name for tool in before.tools) == ["recall", "run", "trace", "traces"]
    (replay,) = [tool for tool in after.tools if tool.name.startswith("replay_")]
    assert replay.input_schema.get("properties", {}) == {}
    assert replay.annotations.read_only_hint is False
    assert replay.annotations.destructive_hint is True


def test_annotations_say_what_a_tool_may_do(home):
    async def hints():
        async with over_stdio(home) as client:
            return {tool.name: tool.annotations for tool in (await client.list_tools()).tools}

    found = asyncio.run(hints())
    assert {name for name, one in found.items() if one.read_only_hint} == {"recall", "trace", "traces"}
    assert found["run"].destructive_hint is True


def test_what_a_gate_would_ask_about_is_denied(home):
    async def run():
        async with over_stdio(home) as client:
            return await client.call_tool("run", {"goal": "do the danger"})

    answer = asyncio.run(run())
    assert answer.is_error
    assert answer.structured_content["status"] == "denied"
    assert not (home.workspace / "danger").exists()


def test_a_dry_run_and_a_recall_change_nothing(home):
    async def look():
        async with over_stdio(home) as client:
            await client.call_tool("recall", {"goal": GOAL})
            return (await client.call_tool("run", {"goal": GOAL, "dry_run": True})).structured_content

    assert asyncio.run(look())["status"] == "succeeded"
    assert not (home.workspace / "hello.txt").exists()


def test_a_trace_that_is_not_there_is_an_error_with_the_next_step(home):
    async def show():
        async with over_stdio(home) as client:
            return await client.call_tool("trace", {"trace_id": "0123456789"})

    answer = asyncio.run(show())
    assert answer.is_error
    assert "call 'traces'" in answer.content[0].text


def test_nothing_but_protocol_is_written_to_standard_output(home):
    ask = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "plain", "version": "1"},
        },
    }
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    run = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "run", "arguments": {"goal": GOAL}}}
    process = subprocess.Popen(
        [*COMMAND, *arguments(home)],
        env=home.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = []
    for message in (ask, ready, run):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        if "id" in message:
            lines.append(process.stdout.readline())
    rest, _ = process.communicate(timeout=30)
    answers = [json.loads(line) for line in [*lines, *rest.splitlines()]]
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["structuredContent"]["status"] == "succeeded"
    assert process.returncode == 0


def request(address, *, token=TOKEN, host=None, origin=None):
    """Ask over HTTP as a stranger would, and return the status."""
    import http.client
    from urllib.parse import urlsplit

    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    headers |= {"Host": host} if host else {}
    headers |= {"Origin": origin} if origin else {}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}
    connection.request("POST", where.path, json.dumps(body), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_over_http_only_the_token_opens_and_only_for_this_host_and_origin(home):
    async def statuses():
        async with served_over_http(home) as address:
            own = address.removesuffix("/mcp")
            asked = {
                "no token": {"token": ""},
                "wrong token": {"token": TOKEN[:-1]},
                "other host": {"host": "evil.example"},
                "other origin": {"origin": "http://evil.example"},
                "own origin": {"origin": own},
                "all right": {},
            }
            return {name: await asyncio.to_thread(request, address, **how) for name, how in asked.items()}

    found = asyncio.run(statuses())
    assert found["no token"] == found["wrong token"] == 401
    assert found["other host"] == 421
    assert found["other origin"] == 403
    assert found["own origin"] == found["all right"]
    assert found["all right"] not in {401, 403, 421}


@pytest.mark.parametrize("text", ["0.0.0.0:80", "192.168.0.1:80", "example.org:80", "127.0.0.1", "localhost:x", ":80"])
def test_only_an_address_of_this_machine_is_served(text):
    with pytest.raises(UsageError):
        address_of(text)


@pytest.mark.parametrize("text", ["127.0.0.1:0", "localhost:8765", "[::1]:8765"])
def test_every_form_of_an_own_address_is_read(text):
    assert address_of(text)[1] in {0, 8765}


def test_a_short_token_is_refused(home):
    environ = {**home.environ, "LLMOS_MCP_TOKEN": "short"}
    done = subprocess.run(
        [*COMMAND, *arguments(home, "--http", "127.0.0.1:0")],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "shorter than 16" in done.stderr


def test_a_cancelled_run_is_cancelled_and_the_server_lives_on(home):
    config = home.home / "config.toml"
    config.write_text(config.read_text() + '\n[permissions]\nmode = "yolo"\n', encoding="utf-8")

    async def cancelled():
        async with over_stdio(home) as client:
            call = asyncio.create_task(client.call_tool("run", {"goal": "wait for ever"}))
            journal = home.workspace / ".llmos" / "state" / "runs.db"
            await until(journal.exists)
            call.cancel()
            await asyncio.wait({call})
            return (await client.call_tool("run", {"goal": GOAL})).structured_content

    assert asyncio.run(cancelled())["status"] == "succeeded"

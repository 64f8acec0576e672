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
from worlds import World, until

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


def configured(world):
    """Configure a scripted provider, so that goals can be learned."""
    script = world.home / "script.json"
    script.write_text(json.dumps(SCRIPT), encoding="utf-8")
    lines = ('[model]\nprovider = "scripted"', f'[provider.scripted]\npath = "{script}"')
    (world.home / "config.toml").write_text("\n\n".join(lines), encoding="utf-8")
    return world


@pytest.fixture
def home(world):
    return configured(world)


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
        out, _ = process.communicate(timeout=120)
        assert out == ""


@asynccontextmanager
async def over_http(world):
    async with (
        served_over_http(world) as address,
        create_mcp_http_client(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
        Client(streamable_http_client(address, http_client=http), cache=None) as client,
    ):
        yield client


async def converse(world, opened):
    """Have one conversation about everything, and return every answer."""

    async def ask(name, **arguments):
        return await client.call_tool(name, arguments)

    async with opened(world) as client:
        said = {"tools before": {tool.name: tool for tool in (await client.list_tools()).tools}}
        said["dry run"] = await ask("run", goal=GOAL, dry_run=True)
        said["recalled before"] = await ask("recall", goal=GOAL)
        said["file before"] = (world.workspace / "hello.txt").exists()
        said["denied"] = await ask("run", goal="do the danger")
        said["learned"] = await ask("run", goal=GOAL)
        (world.workspace / "hello.txt").unlink()
        said["replayed"] = await ask("run", goal=GOAL)
        trace = said["learned"].structured_content["trace_id"]
        said["recalled"] = await ask("recall", goal=GOAL)
        said["traces"] = await ask("traces")
        said["trace"] = await ask("trace", trace_id=trace[:10])
        said["no trace"] = await ask("trace", trace_id="0123456789")
        said["tools after"] = {tool.name: tool for tool in (await client.list_tools()).tools}
        (world.workspace / "hello.txt").unlink()
        said["replay"] = await ask(f"replay_{trace[:12]}")
        said["file after"] = (world.workspace / "hello.txt").read_text()
    return said


@pytest.fixture(scope="module", params=[over_stdio, over_http])
def said(request, tmp_path_factory):
    """What the server said in one conversation, over each road."""
    world = configured(World(tmp_path_factory.mktemp("conversation")))
    return {"world": world, **asyncio.run(converse(world, request.param))}


def test_a_goal_is_learned_and_replayed_without_a_model(said):
    learned, replayed = said["learned"].structured_content, said["replayed"].structured_content
    assert learned["schema"] == "llmos.result/1"
    assert (learned["status"], learned["mode"], learned["model_calls"]) == ("succeeded", "LEARNER", 2)
    assert (replayed["status"], replayed["mode"], replayed["model_calls"]) == ("succeeded", "FOLLOWER", 0)


def test_what_is_known_of_a_goal_is_recalled_and_shown(said):
    trace = said["learned"].structured_content["trace_id"]
    assert said["recalled before"].structured_content["match"] == "none"
    recalled = said["recalled"].structured_content
    assert (recalled["match"], recalled["trace_id"], recalled["replayable"]) == ("exact", trace, True)
    assert [one["id"] for one in said["traces"].structured_content["traces"]] == [trace]
    assert said["trace"].structured_content["goal"] == GOAL


def test_each_replayable_trace_is_a_tool_without_parameters(said):
    assert sorted(said["tools before"]) == ["recall", "run", "trace", "traces"]
    (name,) = said["tools after"].keys() - said["tools before"].keys()
    tool, answer = said["tools after"][name], said["replay"].structured_content
    assert tool.input_schema.get("properties", {}) == {}
    assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (False, True)
    assert (answer["status"], answer["mode"]) == ("succeeded", "FOLLOWER")
    assert said["file after"] == "hello"


def test_annotations_say_what_a_tool_may_do(said):
    hints = {name: tool.annotations for name, tool in said["tools before"].items()}
    assert {name for name, one in hints.items() if one.read_only_hint} == {"recall", "trace", "traces"}
    assert hints["run"].destructive_hint is True


def test_what_a_gate_would_ask_about_is_denied(said):
    assert said["denied"].is_error
    assert said["denied"].structured_content["status"] == "denied"
    assert not (said["world"].workspace / "danger").exists()


def test_a_dry_run_and_a_recall_change_nothing(said):
    assert said["dry run"].structured_content["status"] == "succeeded"
    assert said["file before"] is False


def test_a_trace_that_is_not_there_is_an_error_with_the_next_step(said):
    assert said["no trace"].is_error
    assert "call 'traces'" in said["no trace"].content[0].text


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
    rest, _ = process.communicate(timeout=120)
    answers = [json.loads(line) for line in [*lines, *rest.splitlines()]]
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["structuredContent"]["status"] == "succeeded"
    assert process.returncode == 0


def request(address, *, token=TOKEN, host=None, origin=None):
    """Ask over HTTP as a stranger would, and return the status."""
    import http.client
    from urllib.parse import urlsplit

    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=120)
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


def test_a_short_token_is_refused(home, command):
    code, _, complaint = command("mcp", "serve", "--http", "127.0.0.1:0", LLMOS_MCP_TOKEN="short")
    assert code == 2
    assert "shorter than 16" in complaint


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

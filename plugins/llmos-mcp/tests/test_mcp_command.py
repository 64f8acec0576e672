"""`llmos mcp list` and `test` show servers, tools, effects and problems; no project makes a server more trusted."""

import json
import subprocess
import sys

from worlds import READS, tool

COMMAND = [sys.executable, "-c", "from llmos_std.cli.main import main; main()"]


def written(world, table, before=""):
    """Write the section into the user's own configuration."""
    arguments = json.dumps(table["args"])
    lines = [before, "[mcp.servers.raw]", f"command = {json.dumps(table['command'])}", f"args = {arguments}"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in table.items() if name not in {"command", "args"}]
    (world.home / "config.toml").write_text("\n".join(lines), encoding="utf-8")


def llmos(world, *arguments):
    return subprocess.run(
        [*COMMAND, "-C", str(world.workspace), *arguments],
        env=world.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_servers_tools_effects_and_problems_are_shown(world):
    world.lists(
        {**tool("look", hints=READS), "description": "looks \x1b[2J around"},
        tool("send"),
        {**tool("odd"), "inputSchema": {"type": "object", "properties": {"a": {"$ref": "http://evil.example"}}}},
    )
    written(world, world.table)
    done = llmos(world, "mcp", "list")
    assert done.returncode == 1
    assert "raw: ready · raw 1 · protocol " in done.stdout
    assert "raw__look  read              looks [2J around" in done.stdout
    assert "raw__send  irreversible" in done.stdout
    assert "'odd' is left out" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_the_list_is_json_when_wanted(world):
    world.lists(tool("look", hints=READS))
    written(world, world.table)
    done = llmos(world, "mcp", "list", "--json")
    assert done.returncode == 0, done.stderr
    (server,) = json.loads(done.stdout)
    assert [one["name"] for one in server["tools"]] == ["raw__look"]


def test_a_disabled_server_is_listed_but_not_started_and_can_be_tested(world):
    world.lists(tool("look"))
    written(world, {**world.table, "enabled": False})
    done = llmos(world, "mcp", "list")
    assert done.stdout == "raw: disabled\n"
    assert world.log == []
    assert "raw__look" in llmos(world, "mcp", "test", "raw").stdout


def test_a_server_that_fails_is_shown_with_why(world):
    world.lists(tool("look"))
    (world.folder / "refuse").touch()
    written(world, world.table)
    done = llmos(world, "mcp", "test", "raw")
    assert done.returncode == 1
    assert "raw: failed" in done.stdout
    assert "refuse to start" in done.stderr


def test_a_server_that_is_not_configured_is_wrong_usage(world):
    world.lists(tool("look"))
    written(world, world.table)
    done = llmos(world, "mcp", "test", "row")
    assert done.returncode == 2
    assert "known: raw" in done.stderr


def test_without_any_server_it_says_where_one_would_be_written(world):
    done = llmos(world, "mcp", "list")
    assert done.returncode == 0
    assert "[mcp.servers]" in done.stderr


def test_every_problem_of_the_section_is_told_with_its_key(world):
    written(world, {**world.table, "timeout_s": -1, "comand": "x", "headers": {}}, before="[mcp]\nresult_bytes = 1\n")
    (world.home / "config.toml").write_text(
        '[mcp]\nresult_bytes = 1\n[mcp.servers.raw]\ncomand = "x"\ntimeout_s = -1\n', encoding="utf-8"
    )
    done = llmos(world, "config", "show", "mcp")
    assert done.returncode == 7
    for key in ("mcp.result_bytes", "mcp.servers.raw.comand", "mcp.servers.raw.timeout_s"):
        assert key in done.stderr


def test_a_project_brings_servers_along_only_when_trusted_and_never_makes_them_safer(world):
    world.lists(tool("send"))
    house = world.workspace / ".llmos"
    house.mkdir()
    config = house / "config.toml"
    arguments = json.dumps(world.table["args"])
    table = f"[mcp.servers.raw]\ncommand = {json.dumps(sys.executable)}\nargs = {arguments}\n"
    config.write_text(table, encoding="utf-8")
    assert "raw" not in llmos(world, "mcp", "list").stdout
    assert llmos(world, "trust", "-y").returncode == 0
    assert "raw__send  irreversible" in llmos(world, "mcp", "list").stdout
    config.write_text(f'{table}effects = {{ send = "read" }}\n', encoding="utf-8")
    assert llmos(world, "trust", "-y").returncode == 0
    done = llmos(world, "mcp", "list")
    assert done.returncode == 7
    assert "mcp.servers.raw.effects" in done.stderr

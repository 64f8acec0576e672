"""`llmos mcp list` and `test` show servers, tools, effects and problems; no project makes a server more trusted."""

import json
import sys

from worlds import READS, tool


def written(world, table, before=""):
    """Write the section into the user's own configuration."""
    arguments = json.dumps(table["args"])
    lines = [before, "[mcp.servers.raw]", f"command = {json.dumps(table['command'])}", f"args = {arguments}"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in table.items() if name not in {"command", "args"}]
    (world.home / "config.toml").write_text("\n".join(lines), encoding="utf-8")


def test_servers_tools_effects_and_problems_are_shown(world, command):
    world.lists(
        {**tool("look", hints=READS), "description": "looks \x1b[2J around"},
        tool("send"),
        {**tool("odd"), "inputSchema": {"type": "object", "properties": {"a": {"$ref": "http://evil.example"}}}},
    )
    written(world, world.table)
    code, printed, told = command("mcp", "list")
    assert code == 1
    assert "raw: ready · raw 1 · protocol " in printed
    assert "raw__look  read              looks [2J around" in printed
    assert "raw__send  irreversible" in printed
    assert "'odd' is left out" in told
    assert "\x1b" not in printed + told


def test_the_list_is_json_when_wanted(world, command):
    world.lists(tool("look", hints=READS))
    written(world, world.table)
    code, printed, told = command("mcp", "list", "--json")
    assert code == 0, told
    (server,) = json.loads(printed)
    assert [one["name"] for one in server["tools"]] == ["raw__look"]


def test_a_disabled_server_is_listed_but_not_started_and_can_be_tested(world, command):
    world.lists(tool("look"))
    written(world, {**world.table, "enabled": False})
    printed = command("mcp", "list")[1]
    assert printed == "raw: disabled\n"
    assert world.log == []
    assert "raw__look" in command("mcp", "test", "raw")[1]


def test_a_server_that_fails_is_shown_with_why(world, command):
    world.lists(tool("look"))
    (world.folder / "refuse").touch()
    written(world, world.table)
    code, printed, told = command("mcp", "test", "raw")
    assert code == 1
    assert "raw: failed" in printed
    assert "refuse to start" in told


def test_a_server_that_is_not_configured_is_wrong_usage(world, command):
    world.lists(tool("look"))
    written(world, world.table)
    code, _, told = command("mcp", "test", "row")
    assert code == 2
    assert "known: raw" in told


def test_without_any_server_it_says_where_one_would_be_written(world, command):
    code, _, told = command("mcp", "list")
    assert code == 0
    assert "[mcp.servers]" in told


def test_every_problem_of_the_section_is_told_with_its_key(world, command):
    written(world, {**world.table, "timeout_s": -1, "comand": "x", "headers": {}}, before="[mcp]\nresult_bytes = 1\n")
    (world.home / "config.toml").write_text(
        '[mcp]\nresult_bytes = 1\n[mcp.servers.raw]\ncomand = "x"\ntimeout_s = -1\n', encoding="utf-8"
    )
    code, _, told = command("config", "show", "mcp")
    assert code == 7
    for key in ("mcp.result_bytes", "mcp.servers.raw.comand", "mcp.servers.raw.timeout_s"):
        assert key in told


def test_a_project_brings_servers_along_only_when_trusted_and_never_makes_them_safer(world, command):
    world.lists(tool("send"))
    house = world.workspace / ".llmos"
    house.mkdir()
    config = house / "config.toml"
    arguments = json.dumps(world.table["args"])
    table = f"[mcp.servers.raw]\ncommand = {json.dumps(sys.executable)}\nargs = {arguments}\n"
    config.write_text(table, encoding="utf-8")
    assert "raw" not in command("mcp", "list")[1]
    assert command("trust", "-y")[0] == 0
    assert "raw__send  irreversible" in command("mcp", "list")[1]
    config.write_text(f'{table}effects = {{ send = "read" }}\n', encoding="utf-8")
    assert command("trust", "-y")[0] == 0
    code, _, told = command("mcp", "list")
    assert code == 7
    assert "mcp.servers.raw.effects" in told

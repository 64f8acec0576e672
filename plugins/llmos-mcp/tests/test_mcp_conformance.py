"""The plugin, its section and its tools keep the laws that llmos has for every plugin, section and tool."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import pytest

from llmos_core.testing import plugin_suite, section_suite, tool_suite
from llmos_mcp.config import McpConfig, ServerConfig
from llmos_mcp.source import McpServers
from worlds import READS, SERVERS, tool

WORLD = Path(tempfile.mkdtemp(prefix="llmos-mcp-"))
(WORLD / "tools.json").write_text(
    json.dumps([tool("look", hints=READS), tool("send")], ensure_ascii=False), encoding="utf-8"
)


CONFIG = McpConfig(servers={"raw": {"command": sys.executable, "args": [str(SERVERS / "raw.py"), str(WORLD)]}})
SOURCE = McpServers(CONFIG, environ={}, workspace=WORLD)


@pytest.fixture(scope="module", autouse=True)
def closed_at_the_end():
    """End the server that all the tools of this module belong to."""
    yield
    asyncio.run(SOURCE.close())


def made(name):
    """Return a tool as the source gives it to llmos."""
    return asyncio.run(SOURCE.tool(name))


TestPlugin = plugin_suite("mcp")
TestSection = section_suite(McpConfig)
TestServerTable = section_suite(ServerConfig)
TestReadingTool = tool_suite(lambda: made("raw__look"), {"text": "a"})
TestActingTool = tool_suite(lambda: made("raw__send"), {"text": "a"})

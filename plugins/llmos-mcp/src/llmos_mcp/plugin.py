"""What the plugin offers: a source of tools, and the verb `mcp`. Only names: the SDK is imported when it is needed."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the tools of every configured MCP server."""
    return (
        Contribution(
            name="mcp-servers",
            summary="the tools of the MCP servers in [mcp.servers]",
            factory="llmos_mcp.source:open_servers",
            section="mcp",
            config="llmos_mcp.config:McpConfig",
            role="tools",
        ),
    )


@hookimpl
def llmos_commands() -> tuple[Contribution, ...]:
    """Offer the verb `mcp`."""
    return (
        Contribution(
            name="mcp", summary="look at MCP servers, or be one: list, test, serve", factory="llmos_mcp.cli:mcp"
        ),
    )

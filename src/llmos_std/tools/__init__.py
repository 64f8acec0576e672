"""What models and traces can do. `llm_tool` turns a function of yours into a tool."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmos_std.tools.functions import llm_tool

__all__ = ["llm_tool"]


def __getattr__(name: str) -> Any:
    """Import `llm_tool` when it is first wanted: a replay of file steps never is the one to want it."""
    if name != "llm_tool":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from llmos_std.tools.functions import llm_tool

    return llm_tool

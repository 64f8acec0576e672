"""What models and traces can do. `llm_tool` turns a function of yours into a tool."""

from llmos_std.tools.functions import llm_tool

__all__ = ["llm_tool"]

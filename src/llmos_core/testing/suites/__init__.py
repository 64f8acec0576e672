"""The conformance suites: each function takes a way to make the object and returns a new pytest class of its laws."""

from llmos_core.testing.suites.gate import gate_suite
from llmos_core.testing.suites.memory import memory_suite
from llmos_core.testing.suites.provider import provider_suite
from llmos_core.testing.suites.strategy import strategy_suite
from llmos_core.testing.suites.tool import tool_suite

__all__ = ["gate_suite", "memory_suite", "provider_suite", "strategy_suite", "tool_suite"]

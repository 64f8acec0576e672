"""The conformance suites: each function takes a way to make the object and returns a new pytest class of its laws."""

from llmos_core.testing.suites.gate import gate_suite
from llmos_core.testing.suites.memory import memory_suite
from llmos_core.testing.suites.mode import mode_suite
from llmos_core.testing.suites.observer import observer_suite
from llmos_core.testing.suites.plugin import plugin_suite
from llmos_core.testing.suites.provider import provider_suite
from llmos_core.testing.suites.section import section_suite
from llmos_core.testing.suites.service import service_suite
from llmos_core.testing.suites.strategy import strategy_suite
from llmos_core.testing.suites.tool import tool_suite
from llmos_core.testing.suites.transform import transform_suite

__all__ = [
    "gate_suite",
    "memory_suite",
    "mode_suite",
    "observer_suite",
    "plugin_suite",
    "provider_suite",
    "section_suite",
    "service_suite",
    "strategy_suite",
    "tool_suite",
    "transform_suite",
]

"""Conformance suites, fakes and Hypothesis strategies for authors of plugins. Needs the extra `testing`.

    from llmos_core.testing import strategy_suite

    TestMine = strategy_suite(lambda: Mine())

A suite is a function that returns a new pytest class: one law, one test. Besides `suites` there are `records`
(Hypothesis strategies for every public record), `fakes`, `running` (which laws does an object break?) and `fixtures`, a
pytest plugin that is active wherever llmos is installed. Nothing is imported before it is used, so it costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmos_core.testing.suites import (
        gate_suite,
        memory_suite,
        mode_suite,
        observer_suite,
        plugin_suite,
        provider_suite,
        section_suite,
        service_suite,
        strategy_suite,
        tool_suite,
        transform_suite,
    )

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


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("llmos_core.testing.suites"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

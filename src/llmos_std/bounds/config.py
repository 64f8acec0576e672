"""The section of the bounds, and the gate for it: one that lets everything pass where no bound is set.

This is read in every run; all else only where there are bounds.
"""

from collections.abc import Mapping
from typing import Any

from llmos_core.config.fields import section_field
from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.decision import ALLOW, Verdict
from llmos_core.types.record import Record


def _limit_problems(value: Any) -> str:
    if not value and isinstance(value, Mapping):
        return ""
    from llmos_std.bounds.reading import limit_problems

    return "; ".join(limit_problems(value))


def _region_problems(value: Any) -> str:
    if value == ():
        return ""
    from llmos_std.bounds.reading import region_problems

    return "; ".join(region_problems(value))


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _an_empty_table() -> dict[str, Any]:
    return {}


class BoundsConfig(Record):
    """Section `bounds`: what numbers tools may be given. A call beyond a bound is refused, never changed."""

    limits: dict[str, Any] = section_field(
        _an_empty_table,
        _limit_problems,
        help="by tool and argument: tables with min, max, max_change, max_change_per_s, optional",
        user_only=True,
    )
    forbidden: tuple[dict[str, Any], ...] = section_field(
        (),
        _region_problems,
        help="regions that no call may lead to or through: tables with name, tool, box",
        convert=_as_tuple,
        user_only=True,
    )


class Unbounded:
    """The gate where no bound is set."""

    def check(self, _action: ActionContext) -> Verdict:
        """Allow."""
        return ALLOW


def open_bounds(context: PluginContext) -> Any:
    """Return the gate for the section."""
    config: BoundsConfig = context.config
    if not config.limits and not config.forbidden:
        return Unbounded()
    from llmos_std.bounds.gate import Bounds
    from llmos_std.bounds.memory import Places
    from llmos_std.bounds.reading import rules_from

    return Bounds(rules_from(config.limits, config.forbidden), Places(context.paths.user_state), context.clock)

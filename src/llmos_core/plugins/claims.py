"""Plugins that were found, and what each says it offers, checked piece by piece before anybody relies on it."""

from collections.abc import Iterable
from itertools import islice

from llmos_core.contrib import MOMENTS, Contribution, Role
from llmos_core.errors import PluginError
from llmos_core.types.record import Record, values_of

MOST_PER_HOOK = 1000
"""A hook that yields more than this is taken for endless."""


class Plugin(Record):
    """One plugin that was found. `status` is active, disabled or broken; `reason` says why it is not active.

    `import_ms` is how long importing it took, 0 when that was not tried.
    """

    name: str
    value: str
    distribution: str = ""
    version: str = ""
    folder: str = ""
    status: str = "active"
    reason: str = ""
    import_ms: float = 0.0


class Claim(Record):
    """One contribution and who makes it; `distribution` is "" for plugins that were handed in as objects."""

    kind: str
    plugin: str
    distribution: str
    contribution: Contribution

    @property
    def owner(self) -> str:
        """Name the claimant for people: the plugin, and its distribution when that says more."""
        if self.distribution in {"", self.plugin}:
            return self.plugin
        return f"{self.plugin} ({self.distribution})"


def checked(kind: str, result: object) -> tuple[Contribution, ...]:
    """Return the contributions that a hook returned; PluginError says what is wrong with them."""
    if isinstance(result, str) or not isinstance(result, Iterable):
        raise PluginError(f"returned {type(result).__name__}; expected an iterable of Contribution")
    items = tuple(islice(result, MOST_PER_HOOK + 1))
    if len(items) > MOST_PER_HOOK:
        raise PluginError(f"yields more than {MOST_PER_HOOK} contributions")
    for item in items:
        if not isinstance(item, Contribution):
            raise PluginError(f"yields {item!r}; expected a Contribution")
        if fault := _fault(kind, item):
            raise PluginError(f"offers '{item.name}', but {fault}")
    return items


def _fault(kind: str, offered: Contribution) -> str:
    if not _is_well_typed(offered):
        return "its fields must be text, its moments and after tuples of text"
    if not offered.name.strip():
        return "a contribution needs a name"
    if bool(offered.section) != bool(offered.config):
        return "a section needs both its name and the import path of its class"
    if kind == "section":
        return "" if offered.section else "it names no section"
    if ":" not in offered.factory and kind != "hookspec":
        return f"its factory {offered.factory!r} is no import path; expected 'package.module:attribute'"
    return _hook_fault(offered) if kind == "hook" else ""


def _is_well_typed(offered: Contribution) -> bool:
    """Check what the annotations promise: a stranger's plugin need not have been type-checked."""
    values: dict[str, object] = values_of(offered)
    lists = [values.pop("moments"), values.pop("after")]
    members = [member for one in lists if isinstance(one, tuple) for member in one]
    return all(isinstance(one, tuple) for one in lists) and all(
        isinstance(value, str) for value in (*values.values(), *members)
    )


def _hook_fault(offered: Contribution) -> str:
    roles = tuple(Role)
    if offered.role not in roles:
        return f"its role is {offered.role!r}; expected one of {', '.join(roles)}"
    unknown = [moment for moment in offered.moments if moment not in MOMENTS]
    return f"{unknown[0]!r} is no moment; known: {', '.join(MOMENTS)}" if unknown else ""

"""What a plugin says it offers, checked piece by piece before anybody relies on it or shows it.

Everything that is shown later is printable and of bounded length; one unfit contribution spoils its whole hook.
"""

import re
from collections.abc import Iterable
from itertools import islice

from llmos_core.contrib import MOMENTS, Contribution, Role
from llmos_core.errors import PluginError
from llmos_core.strangers import printable
from llmos_core.types.record import values_of

MOST_PER_HOOK = 1000
"""A hook that yields more than this is taken for endless."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What the name of any contribution looks like; its kind may ask for more."""

_PATH = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*", re.ASCII)
_LONGEST_SUMMARY, _LONGEST_PATH, _MOST_LISTED = 300, 300, 100


def checked(kind: str, result: object) -> tuple[Contribution, ...]:
    """Return the contributions that a hook returned; PluginError says what is wrong with them."""
    if isinstance(result, str) or not isinstance(result, Iterable):
        raise PluginError(f"returned {type(result).__name__}; expected an iterable of Contribution")
    items = tuple(islice(result, MOST_PER_HOOK + 1))
    if len(items) > MOST_PER_HOOK:
        raise PluginError(f"yields more than {MOST_PER_HOOK} contributions")
    for item in items:
        if type(item) is not Contribution:
            raise PluginError(f"yields {type(item).__name__}; expected a Contribution")
        if fault := _fault(kind, item):
            raise PluginError(f"offers {printable(repr(item.name), 60)}, but {fault}")
    return items


def _fault(kind: str, offered: Contribution) -> str:
    if not _is_well_typed(offered):
        return "its fields must be text, its moments and after tuples of text"
    return _text_fault(offered) or _path_fault(kind, offered) or (_hook_fault(offered) if kind == "hook" else "")


def _is_well_typed(offered: Contribution) -> bool:
    """Check what the annotations promise: a stranger's plugin need not have been type-checked."""
    values: dict[str, object] = values_of(offered)
    lists = [values.pop("moments"), values.pop("after")]
    members = [member for one in lists if isinstance(one, tuple) for member in one]
    return all(isinstance(one, tuple) for one in lists) and all(
        isinstance(value, str) for value in (*values.values(), *members)
    )


def _text_fault(offered: Contribution) -> str:
    """Say what people could not read, or a terminal would obey."""
    if not offered.name.strip():
        return "a contribution needs a name"
    names = (("name", offered.name), ("section", offered.section), ("replaces", offered.replaces))
    for field, name in (*names, ("role", offered.role), *(("after", name) for name in offered.after)):
        if name and not NAME.fullmatch(name):
            return f"its {field} is {_shown(name)}; expected at most 100 letters, digits, '.', '_' and '-'"
    if len(offered.after) > _MOST_LISTED or len(offered.moments) > _MOST_LISTED:
        return f"it lists more than {_MOST_LISTED} moments or hooks"
    if len(offered.summary) > _LONGEST_SUMMARY or not offered.summary.isprintable():
        return f"its summary is {_shown(offered.summary)}; expected one printable line of at most {_LONGEST_SUMMARY}"
    return ""


def _path_fault(kind: str, offered: Contribution) -> str:
    if bool(offered.section) != bool(offered.config):
        return "a section needs both its name and the import path of its class"
    if kind == "section" and not offered.section:
        return "it names no section"
    if offered.config and not _is_path(offered.config):
        return f"its config {_shown(offered.config)} is no import path; expected 'package.module:attribute'"
    is_needed = kind not in {"section", "hookspec"}
    module = f"{offered.factory}:module" if kind == "hookspec" and ":" not in offered.factory else offered.factory
    if (is_needed or offered.factory) and not _is_path(module):
        return f"its factory {_shown(offered.factory)} is no import path; expected 'package.module:attribute'"
    return ""


def _is_path(path: str) -> bool:
    return len(path) <= _LONGEST_PATH and _PATH.fullmatch(path) is not None


def _shown(text: str) -> str:
    return printable(repr(text), 60)


def _hook_fault(offered: Contribution) -> str:
    roles = tuple(Role)
    if offered.role not in roles:
        return f"its role is {_shown(offered.role)}; expected one of {', '.join(roles)}"
    unknown = [moment for moment in offered.moments if moment not in MOMENTS]
    if unknown:
        return f"{_shown(unknown[0])} is no moment; known: {', '.join(MOMENTS)}"
    is_idle = offered.role == Role.TRANSFORM and not offered.moments
    return f"a transform needs a moment; known: {', '.join(MOMENTS)}" if is_idle else ""

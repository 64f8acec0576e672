"""Settings from environment variables: LLMOS_<SECTION>__<KEY>, for instance LLMOS_KERNEL__BUDGET_USD=5.

Sections in sections are joined the same way: LLMOS_PROVIDER__LITELLM__MODEL. A value is taken as text where text or
money is expected; elsewhere it is read like a TOML value (5, 0.5, true, ["a", "b"]), a list also as `a,b`, and `none`
or nothing as "no value" where that is allowed. Names without `__` are switches of the program itself, never settings.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_origin

PREFIX = "LLMOS_"
SWITCHES = frozenset({"LLMOS_HOME", "LLMOS_WORKSPACE", "LLMOS_CONFIG", "LLMOS_PRESET", "LLMOS_SECRET_KEY"})
"""The variables that are no settings but known all the same."""

_JOINT = "__"


def settings_of(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that name settings, sorted by name."""
    return {name: environ[name] for name in sorted(environ) if name.startswith(PREFIX) and _JOINT in name}


def strays_of(environ: Mapping[str, str]) -> list[str]:
    """Return the names that look like ours but set nothing, sorted."""
    return sorted(n for n in environ if n.startswith(PREFIX) and _JOINT not in n and n not in SWITCHES)


def path_of(variable: str) -> tuple[str, ...]:
    """Return the lower-case parts that a variable names: sections first, then the key."""
    return tuple(variable.removeprefix(PREFIX).lower().split(_JOINT))


def variable_of(section: str, key: str) -> str:
    """Return the name of the variable that sets a key."""
    return PREFIX + _JOINT.join((*section.split("."), key)).upper().replace("-", "_")


def plain_value(text: str, kind: Any) -> Any:
    """Return the value that `text` stands for where `kind` is expected; text that fits nothing stays text."""
    options = get_args(kind) if type(None) in get_args(kind) else ()
    wanted = next((option for option in options if option is not type(None)), kind)
    if options and wanted is not str and text.strip().lower() in {"", "none"}:
        return None
    if wanted in {str, Decimal, Path}:
        return text
    if wanted is bool:
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    if get_origin(wanted) in {tuple, list} and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    return _toml_value(text)


def _toml_value(text: str) -> Any:
    import tomllib

    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text

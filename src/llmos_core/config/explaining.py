"""Every setting with its value, default, help and unit, and every layer that said something about it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from llmos_core.config.environment import PREFIX, variable_of
from llmos_core.config.layers import Layer
from llmos_core.config.secret_shapes import is_secret_name, redacted
from llmos_core.config.tables import names_secret, plain
from llmos_core.errors import PluginError
from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import Record, evolve

DEFAULT = "default"
"""Where a value comes from that nobody set."""

MASK = "***"
"""What is shown in place of a secret."""


class Said(Record):
    """What one layer says about a setting: the layer's name, the place, the plain value.

    `wins` marks the layer whose value is in force; tables are joined key by key, so there several may have a part.
    """

    layer: str
    place: str
    value: Any
    wins: bool = False


class Setting(Record):
    """One key of one section. `value` and `default` are plain (amounts as text); None means "not set".

    `said` holds the layers that say something, the weakest first. Secrets are never in any of it.
    """

    key: str
    value: Any
    default: Any
    origin: str
    help: str = ""
    unit: str = ""
    user_only: bool = False
    said: tuple[Said, ...] = ()


def said_about(layers: Iterable[Layer], section: str, keys: tuple[str, ...]) -> tuple[Said, ...]:
    """Return what each layer says about a path of keys, the weakest first."""
    found: list[Said] = []
    for layer in layers:
        value: Any = layer.values.get(section, {})
        for key in keys:
            value = value.get(key, _ABSENT) if isinstance(value, Mapping) else _ABSENT
        if value is not _ABSENT:
            place = layer.place((*section.split("."), *keys))
            found.append(Said(layer=layer.name, place=place, value=without_secrets(keys[-1], plain(value))))
    if not found:
        return ()
    last = found[-1]
    is_joined = isinstance(last.value, Mapping) and not names_secret(last.value)
    return tuple(evolve(one, wins=one is last or (is_joined and isinstance(one.value, Mapping))) for one in found)


def origin_of(layers: Iterable[Layer], section: str, keys: tuple[str, ...]) -> str:
    """Return the place of the strongest layer that sets a key of a section, "default" when none does."""
    said = said_about(layers, section, keys)
    return said[-1].place if said else DEFAULT


def settings(
    section_of: Callable[[str], Any], names: Iterable[str], layers: tuple[Layer, ...], prefix: str
) -> Iterator[Setting]:
    """Yield the settings whose dotted key is `prefix` or begins with it; sections that are broken are left out."""
    for name in names:
        if not _meets(name, prefix):
            continue
        try:
            section = section_of(name)
        except PluginError:
            continue
        default = type(section)()
        for field in attrs.fields(type(section)):
            key = f"{name}.{field.name}"
            if _meets(key, prefix):
                yield _setting(key, name, field, section, default, layers)


def _setting(
    key: str, name: str, field: "attrs.Attribute[Any]", section: Any, default: Any, layers: tuple[Layer, ...]
) -> Setting:
    said = said_about(layers, name, (field.name,))
    return Setting(
        key=key,
        value=without_secrets(field.name, plain(getattr(section, field.name))),
        default=plain(getattr(default, field.name)),
        origin=said[-1].place if said else DEFAULT,
        help=field.metadata.get("help", ""),
        unit=field.metadata.get("unit", ""),
        user_only=bool(field.metadata.get("user_only")),
        said=said,
    )


def without_secrets(key: str, value: Any) -> Any:
    """Return a plain value in which every text that is a secret, by its name or its shape, is "***"."""
    if isinstance(value, Mapping):
        return {name: without_secrets(str(name), one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_secrets(key, one) for one in value]
    if not isinstance(value, str):
        return value
    is_named = is_secret_name(key) and value and not value.startswith("env:")
    return MASK if is_named else redacted(value)


def stray_variables(strays: Iterable[str], sections: Mapping[str, type[Any]]) -> tuple[list[str], list[str]]:
    """Return (problems, notes): one sentence for each variable that looks like a setting but is none.

    It is a problem when a setting was plainly meant (LLMOS_KERNEL_BUDGET_USD, LLMOS_BUDGET_USD), else a note.
    """
    problems: list[str] = []
    notes: list[str] = []
    names = set(_variables(sections)) if strays else set()
    for name in strays:
        squeezed, tail = name.replace("_", ""), f"__{name.removeprefix(PREFIX)}"
        meant = sorted(known for known in names if known.replace("_", "") == squeezed or known.endswith(tail))
        (problems if meant else notes).append(f"{name}: sets nothing{did_you_mean(name, meant or names)}")
    return problems, notes


def _variables(sections: Mapping[str, type[Any]]) -> Iterator[str]:
    for section in sections:
        try:
            fields = attrs.fields(sections[section])
        except PluginError:
            continue
        yield from (variable_of(section, field.name) for field in fields)


_ABSENT = object()


def _meets(name: str, prefix: str) -> bool:
    """Say whether one of two dotted names leads to the other."""
    return not prefix or f"{name}.".startswith(f"{prefix}.") or f"{prefix}.".startswith(f"{name}.")

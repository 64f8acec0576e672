"""Every setting with its value, its default, its help, and the place that its value came from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from llmos_core.config.environment import PREFIX, strays_of, variable_of
from llmos_core.config.layers import Layer
from llmos_core.config.tables import plain
from llmos_core.errors import PluginError
from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import Record

DEFAULT = "default"


class Setting(Record):
    """One key of one section. `value` and `default` are plain (amounts as text); None means "not set"."""

    key: str
    value: Any
    default: Any
    origin: str
    help: str = ""
    unit: str = ""


def origin_of(layers: Iterable[Layer], section: str, keys: tuple[str, ...]) -> str:
    """Return the place of the strongest layer that sets a key of a section, "default" when none does."""
    origin = DEFAULT
    for layer in layers:
        table: Any = layer.values.get(section, {})
        for key in keys:
            table = table.get(key, _ABSENT) if isinstance(table, Mapping) else _ABSENT
        if table is not _ABSENT:
            origin = layer.place((*section.split("."), *keys))
    return origin


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
                yield Setting(
                    key=key,
                    value=plain(getattr(section, field.name)),
                    default=plain(getattr(default, field.name)),
                    origin=origin_of(layers, name, (field.name,)),
                    help=field.metadata.get("help", ""),
                    unit=field.metadata.get("unit", ""),
                )


def stray_variables(environ: Mapping[str, str], explain: Callable[[], Iterable[Setting]]) -> Iterator[str]:
    """Yield one sentence for each variable that looks like a setting but is none, with what was probably meant."""
    strays = strays_of(environ)
    names = {variable_of(*_split(setting.key)) for setting in explain()} if strays else set()
    for name in strays:
        likely = [known for known in names if known.endswith(f"__{name.removeprefix(PREFIX)}")] or names
        yield f"{name}: sets nothing{did_you_mean(name, likely)}"


def _split(key: str) -> tuple[str, str]:
    section, _, field = key.rpartition(".")
    return section, field


_ABSENT = object()


def _meets(name: str, prefix: str) -> bool:
    """Say whether one of two dotted names leads to the other."""
    return not prefix or f"{name}.".startswith(f"{prefix}.") or f"{prefix}.".startswith(f"{name}.")

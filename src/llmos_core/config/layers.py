"""The layers of a configuration: what each source sets, by section and key, and where that stands.

Every source becomes one `Layer`; what it says about unknown sections is noted, never dropped silently.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from llmos_core.config.checking import Place, fields_of
from llmos_core.config.environment import path_of, plain_value
from llmos_core.config.sources import Sources
from llmos_core.config.tables import Values, nested, overlaid
from llmos_core.config.toml import key_lines, parse_tree
from llmos_core.errors import ConfigError, PluginError
from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import Record, evolve

FieldsOf = Callable[[str], Mapping[str, "attrs.Attribute[Any]"]]


class Layer(Record):
    """One source of values.

    `place` says where a path of keys stands. `problems` are what fits nowhere for certain, `unknown` the sections that
    only a missing plugin could know. `is_project` marks the project's own file, which cannot decide what is the user's.
    """

    values: Values
    place: Place
    problems: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    is_project: bool = False


def layers_of(sources: Sources, sections: Mapping[str, type[Any]]) -> tuple[Layer, ...]:
    """Return the layers of all sources, the weakest first."""
    names = frozenset(sections)
    files = ((sources.paths.user_config, sources.user, False), (sources.project_file, sources.project, True))
    return (
        _sorted(sources.preset_values, names, lambda _path: f"preset {sources.preset}"),
        *(_file_layer(path, data, names, is_project) for path, data, is_project in files if path and data),
        environment_layer(sources.environment, sections),
        _given_layer(sources.given, names, sources.given_as),
    )


def _given_layer(given: Mapping[str, Any], names: frozenset[str], given_as: str) -> Layer:
    tree: dict[str, Any] = {}
    for key, value in given.items():
        tree = overlaid(tree, nested(tuple(key.split(".")), value))
    return _sorted(tree, names, lambda _path: given_as)


def _file_layer(path: Path, data: bytes, names: frozenset[str], is_project: bool) -> Layer:
    try:
        tree = parse_tree(path, data)
    except ConfigError as error:
        return Layer(values={}, place=lambda _path: str(path), problems=error.problems, is_project=is_project)
    lines = key_lines(data)

    def place(keys: tuple[str, ...]) -> str:
        for size in range(len(keys), 0, -1):
            for spelling in (keys[:size], _other_spelling(keys[:size])):
                if spelling in lines:
                    return f"{path}:{lines[spelling]}"
        return str(path)

    return evolve(_sorted(tree, names, place), is_project=is_project)


def _other_spelling(keys: tuple[str, ...]) -> tuple[str, ...]:
    return ("llmos", *keys[1:]) if keys[:2] == ("plugins", "prefer") else keys


def _sorted(tree: Mapping[str, Any], names: frozenset[str], place: Place) -> Layer:
    sorting = _Sorting(names, place)
    sorting.sort(tree)
    problems, unknown = tuple(sorting.misplaced), tuple(sorting.unknown)
    return Layer(values=sorting.values, place=place, problems=problems, unknown=unknown)


class _Sorting:
    """Sorts a tree of tables into the known sections, noting what belongs to none of them."""

    def __init__(self, names: frozenset[str], place: Place) -> None:
        self._names = names
        self._place = place
        self.values: Values = {}
        self.unknown: list[str] = []
        self.misplaced: list[str] = []

    def sort(self, tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> None:
        """Add the table that stands at `path`; the longest section name wins."""
        section = ".".join(path)
        for key, value in tree.items():
            inner = (*path, key)
            name = ".".join(inner)
            if name in self._names or any(known.startswith(f"{name}.") for known in self._names):
                self._sort_table(value, inner, name)
            elif section in self._names:
                self.values.setdefault(section, {})[key] = value
            elif isinstance(value, Mapping):
                self.unknown.append(f"{self._place(inner)}: [{name}]: unknown section{did_you_mean(name, self._names)}")
            else:
                self.misplaced.append(f"{self._place(inner)}: {name}: stands outside of any known section")

    def _sort_table(self, value: Any, path: tuple[str, ...], name: str) -> None:
        if isinstance(value, Mapping):
            self.sort(value, path)
        else:
            self.misplaced.append(f"{self._place(path)}: {name}: is a section; expected a table [{name}]")


def environment_layer(environment: Mapping[str, str], sections: Mapping[str, type[Any]]) -> Layer:
    """Return the layer of the variables that name settings; see `environment`."""
    spelled = {tuple(name.lower().replace("-", "_").split(".")): name for name in sections}
    values: Values = {}
    unknown = []
    variables: dict[tuple[str, ...], str] = {}
    for variable, text in environment.items():
        parts = path_of(variable)
        section = next((spelled[parts[:size]] for size in range(len(parts) - 1, 0, -1) if parts[:size] in spelled), "")
        if not section:
            unknown.append(f"{variable}: names no known section{did_you_mean('.'.join(parts[:-1]), sections)}")
            continue
        keys, kind = _field_path(sections, section, parts[section.count(".") + 1 :])
        variables[(*section.split("."), *keys)] = variable
        values[section] = overlaid(values.get(section, {}), nested(keys, plain_value(text, kind)))

    def place(keys: tuple[str, ...]) -> str:
        return next((variables[keys[:size]] for size in range(len(keys), 0, -1) if keys[:size] in variables), "LLMOS_…")

    return Layer(values=values, place=place, unknown=tuple(unknown))


def _field_path(sections: Mapping[str, type[Any]], section: str, parts: tuple[str, ...]) -> tuple[tuple[str, ...], Any]:
    """Return the keys that a variable names, as their class spells them, and the type of the value.

    Parts that are no keys stay as they are, so that the check reports them.
    """
    try:
        kind: Any = sections[section]
    except PluginError:
        return parts, str
    keys: tuple[str, ...] = ()
    for part in parts:
        fields = fields_of(kind) if attrs.has(kind) else {}
        keys += (next((name for name in fields if name.lower() == part), part),)
        kind = fields[keys[-1]].type if keys[-1] in fields else str
    return keys, kind

"""The layers of a configuration: what each source sets, by section and key, and where that stands.

Every source becomes one `Layer`; what it says about unknown sections is noted, never dropped silently.
"""

from collections.abc import Mapping
from pathlib import Path
from types import GenericAlias
from typing import Any, get_args, get_origin

import attrs

from llmos_core.config.checking import Place, fields_of, without_number
from llmos_core.config.environment import path_of, plain_value
from llmos_core.config.sorting import sorted_into
from llmos_core.config.sources import Sources
from llmos_core.config.tables import Values, nested, overlaid, split_key
from llmos_core.config.toml import key_lines, read_tree
from llmos_core.config.wording import sentence
from llmos_core.errors import PluginError
from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import Record, evolve

PRESET, USER, PROJECT, ENVIRONMENT, GIVEN = "preset", "your file", "the project's file", "environment", "given"
"""The layers above the defaults, in the words of messages; each wins over those before it."""


class Layer(Record):
    """One source of values.

    `name` says what it is. `place` says where a path of keys stands. `problems` are what fits nowhere for certain,
    `unknown` the sections that only a missing plugin could know; `lost` are keys whose statements could not be read,
    and `is_whole` is false when there may be more of them.
    """

    name: str
    values: Values
    place: Place
    problems: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    lost: tuple[tuple[str, ...], ...] = ()
    is_whole: bool = True

    @property
    def is_project(self) -> bool:
        """Say that this is the project's own file, which cannot decide what is the user's."""
        return self.name == PROJECT

    @property
    def is_kept(self) -> bool:
        """Say that this is written down or remembered somewhere, so that no secret may be in it."""
        return self.name in {USER, PROJECT, ENVIRONMENT}

    @property
    def is_file(self) -> bool:
        """Say that this stands in a file."""
        return self.name in {USER, PROJECT}


def layers_of(sources: Sources, sections: Mapping[str, type[Any]]) -> tuple[Layer, ...]:
    """Return the layers of all sources, the weakest first."""
    names = frozenset(sections)
    files = ((sources.paths.user_config, sources.user, USER), (sources.project_file, sources.project, PROJECT))
    in_files = tuple(_file_layer(path, data, names, name) for path, data, name in files if path and data)
    preset = sources.chosen_preset
    return (
        _sorted(PRESET, sources.presets.get(preset, {}), names, lambda _path: f"preset {preset}"),
        *in_files,
        environment_layer(sources.environment, sections),
        _given_layer(sources.given, names, sources.given_as),
    )


def _given_layer(given: Mapping[str, Any], names: frozenset[str], given_as: str) -> Layer:
    tree: dict[str, Any] = {}
    loose = []
    for key, value in given.items():
        section, rest = split_key(key, names)
        path = (*section.split("."), *rest) if section else tuple(key.split("."))
        if len(path) > 1 and all(path):
            tree = overlaid(tree, nested(path, value))
        else:
            hint = "" if key in names else did_you_mean(key, names)
            what = "is a section" if key in names else "names no section"
            loose.append(sentence(f"{given_as}: '{key}' {what}; expected 'section.key'{hint}"))
    layer = _sorted(GIVEN, tree, names, lambda _path: given_as)
    return evolve(layer, problems=(*loose, *layer.problems))


def _file_layer(path: Path, data: bytes, names: frozenset[str], name: str) -> Layer:
    reading = read_tree(path, data)
    lines = key_lines(reading.text)

    def place(keys: tuple[str, ...]) -> str:
        """Return file and line of the longest path that stands in the file by itself."""
        dotted = ".".join(keys)
        while dotted:
            for spelling in (dotted, _other_spelling(dotted)):
                if spelling in lines:
                    return f"{path}:{lines[spelling]}"
            dotted = dotted[: max(dotted.rfind("."), dotted.rfind("["), 0)]
        return str(path)

    tree = {key: value for key, value in reading.tree.items() if key != "preset"}
    layer = _sorted(name, tree, names, place)
    problems = (*reading.problems, *layer.problems)
    return evolve(layer, problems=problems, lost=reading.lost, is_whole=reading.is_whole)


def _other_spelling(dotted: str) -> str:
    return dotted.replace("plugins.", "llmos.", 1) if dotted.startswith("plugins.prefer") else dotted


def _sorted(name: str, tree: Mapping[str, Any], names: frozenset[str], place: Place) -> Layer:
    found = sorted_into(tree, names, place)
    return Layer(
        name=name, values=found.values, place=place, problems=tuple(found.misplaced), unknown=tuple(found.unknown)
    )


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
            hint = did_you_mean(".".join(parts[:-1]), sections)
            unknown.append(sentence(f"{variable}: names no known section{hint}"))
            continue
        keys, kind = field_path(sections, section, parts[section.count(".") + 1 :])
        variables[(*section.split("."), *keys)] = variable
        values[section] = overlaid(values.get(section, {}), nested(keys, plain_value(text, kind)))

    def place(keys: tuple[str, ...]) -> str:
        keys = tuple(without_number(key) for key in keys)
        found = (variables[keys[:size]] for size in range(len(keys), 0, -1) if keys[:size] in variables)
        below = (variable for path, variable in variables.items() if path[: len(keys)] == keys)
        return next(found, next(below, "LLMOS_…"))

    return Layer(name=ENVIRONMENT, values=values, place=place, unknown=tuple(unknown))


def field_path(sections: Mapping[str, type[Any]], section: str, parts: tuple[str, ...]) -> tuple[tuple[str, ...], Any]:
    """Return the keys that some words name, as their class spells them, and the type of the value.

    Parts that are no keys stay as they are, so that the check reports them.
    """
    try:
        kind: Any = sections[section]
    except PluginError:
        return parts, str
    keys: tuple[str, ...] = ()
    for part in parts:
        inside = _one_of(kind)
        if attrs.has(inside):
            fields = fields_of(inside)
            keys += (next((name for name in fields if name.lower() == part.lower()), part),)
            kind = _type_of(fields[keys[-1]]) if keys[-1] in fields else str
        else:
            keys += (part,)
            kind = get_args(inside)[1] if get_origin(inside) is dict else Any if inside is Any else str
    return keys, kind


def _type_of(field: "attrs.Attribute[Any]") -> Any:
    """Return the type of a field; that of a table of sections says which."""
    if tables_of := field.metadata.get("tables_of"):
        return GenericAlias(dict, (str, tables_of()[0]))
    return field.type


def _one_of(kind: Any) -> Any:
    """Return the type of an optional value, other types as they are."""
    options = [option for option in get_args(kind) if option is not type(None)]
    return options[0] if len(options) == 1 and len(get_args(kind)) > 1 else kind

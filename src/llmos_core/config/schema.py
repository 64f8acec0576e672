"""The JSON Schema (2020-12) of a whole configuration, for editors: what sections say of themselves, nothing else.

It allows everything that the check allows, and refuses what it can know: types, words, ranges, unknown keys. What
concerns several keys, and what is a secret by its shape, only the check knows.
"""

import enum
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import attrs

from llmos_core.config.checking import fields_of
from llmos_core.config.secret_ref import SecretRef
from llmos_core.config.structuring import is_union
from llmos_core.config.tables import SECRET_WAYS, plain
from llmos_core.errors import PluginError

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The JSON Schema dialect that the schema of the configuration is written in."""

_AMOUNT = r"^\s*\+?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][+-]?[0-9]+)?\s*$"
_SIMPLE: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Decimal: {"type": ["number", "string"], "minimum": 0, "pattern": _AMOUNT},
    Path: {"type": "string"},
    Any: {},
}
_SECRET: Schema = {
    "description": "the place of a secret, never the secret itself",
    "oneOf": [
        {
            "type": "object",
            "properties": {way: {"type": "string", "minLength": 1}},
            "required": [way],
            "additionalProperties": False,
        }
        for way in SECRET_WAYS
    ],
}
_PREFER: Schema = {
    "type": "object",
    "additionalProperties": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/prefer"}]},
}


def schema_of(
    sections: Mapping[str, type[Any]], *, presets: Iterable[str] = (), is_complete: bool = True, project: bool = False
) -> Schema:
    """Return the schema of a configuration file with these sections.

    `presets` are the names there are. With `project` it is the schema of a project's own file, without what only the
    user may set. While a plugin is disabled or broken (`is_complete` false), sections that nobody knows are allowed.
    """
    root: Schema = {
        "$schema": DIALECT,
        "title": "llmos configuration",
        "$defs": {"secret": _SECRET, "prefer": _PREFER},
        **_table({"preset": {"description": "a named starting point, below everything else", "enum": list(presets)}}),
    }
    root["additionalProperties"] = not is_complete
    for name in sections:
        _place(root, name.split("."), _section(sections, name, project=project))
    if not project and "plugins" in root["properties"]:
        root["properties"]["plugins"]["properties"]["prefer"] |= {
            "additionalProperties": _PREFER["additionalProperties"]
        }
        root["properties"]["llmos"] = _table({"prefer": {"$ref": "#/$defs/prefer"}})
    return root


def _place(tree: Schema, path: list[str], section: Schema) -> None:
    """Put the schema of a section into the tree, where other sections may have made its place already."""
    for name in path[:-1]:
        tree = tree["properties"].setdefault(name, _table({}))
    found = tree["properties"].setdefault(path[-1], _table({}))
    found["properties"] |= section.pop("properties", {})
    found |= section


def _section(sections: Mapping[str, type[Any]], name: str, *, project: bool) -> Schema:
    try:
        section_class = sections[name]
    except PluginError:
        return {"type": "object", "additionalProperties": True}
    return _fields(section_class, project=project)


def _fields(section_class: type[Any], *, project: bool = False, only: tuple[str, ...] = ()) -> Schema:
    """Return the schema of a table with the fields of a class."""
    default = section_class()
    made = {
        name: _field(field, plain(getattr(default, name)))
        for name, field in fields_of(section_class).items()
        if (not only or name in only) and not (project and field.metadata.get("user_only"))
    }
    about = (section_class.__doc__ or "").strip().partition("\n")[0]
    return {**_table(made), **({"description": about} if about else {})}


def _field(field: "attrs.Attribute[Any]", default: Any) -> Schema:
    said = field.metadata
    unit = said.get("unit", "")
    parts = (said.get("help", ""), f"unit: {unit}" if unit else "", "yours only" if said.get("user_only") else "")
    schema: Schema = {"description": "; ".join(filter(None, parts))}
    if tables_of := said.get("tables_of"):
        section_class, only = tables_of()
        schema |= {"type": "object", "additionalProperties": _fields(section_class, only=only)}
    else:
        schema |= _kind(field.type)
    schema |= {key: list(value) if isinstance(value, tuple) else value for key, value in said.get("schema", {}).items()}
    schema |= {"x-unit": unit} if unit else {}
    return schema if default is None else {**schema, "default": default}


def _kind(kind: Any) -> Schema:  # noqa: PLR0911 – one line a kind of type
    """Return the schema of a type."""
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if kind is SecretRef:
        return {"$ref": "#/$defs/secret"}
    if attrs.has(kind):
        return _fields(kind)
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(inside)}
    if is_union(kind):
        options = [_kind(option) for option in inside if option is not NoneType]
        return options[0] if len(options) == 1 else {"anyOf": options}
    if (origin or kind) in {tuple, list, set, frozenset}:
        return {"type": "array", **({"items": _kind(inside[0])} if inside else {})}
    if (origin or kind) in {dict, Mapping}:
        return {
            "type": "object",
            **({"additionalProperties": _kind(inside[1])} if inside[1:] not in {(), (Any,)} else {}),
        }
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {"enum": [choice.value for choice in kind]}
    return {}


def _table(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}

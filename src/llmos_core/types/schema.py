"""Check a JSON value against a JSON Schema, quickly for the schemas that tools have.

`problems` is the one question. The keywords that tools use are checked here; any schema that uses another keyword goes
to the jsonschema package as a whole, so that no rule is ever silently left out.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

_ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "$schema", "$comment", "deprecated", "readOnly", "writeOnly"}
)
_CHECKED = frozenset(
    {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "enum",
        "items",
        "minimum",
        "maximum",
        "minLength",
        "anyOf",
    }
)
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (Mapping,),
}
_TYPES = _PYTHON_TYPES.keys() | {"null", "boolean"}
_PREVIEW_CHARS = 60


def problems(schema: Mapping[str, Any] | bool, value: object, where: str = "") -> list[str]:
    """Return one sentence for each way in which `value` breaks `schema`; an empty list means that it fits.

    `where` names the value in the sentences (a path such as `lines[2]`). Draft 2020-12 is the meaning of every keyword.
    """
    if _is_simple(schema):
        return list(_check(schema, value, where))
    return _check_with_jsonschema(schema, value)


def _is_simple(schema: object) -> bool:
    """Say whether every keyword of the schema, at any depth, is one that this module checks, in its plain form."""
    if isinstance(schema, bool):
        return True
    if not isinstance(schema, Mapping) or not schema.keys() <= _CHECKED | _ANNOTATIONS:
        return False
    properties = schema.get("properties", {})
    choices = schema.get("anyOf", [True])
    if not isinstance(properties, Mapping) or not isinstance(choices, list) or not choices:
        return False
    below = [*properties.values(), *choices, schema.get("items", True), schema.get("additionalProperties", True)]
    return _has_plain_values(schema) and all(map(_is_simple, below))


def _has_plain_values(schema: Mapping[str, Any]) -> bool:
    types = schema.get("type", "object")
    names = types if isinstance(types, list) else [types]
    bounds = [schema.get("minimum", 0), schema.get("maximum", 0), schema.get("minLength", 0)]
    required = schema.get("required", [])
    return (
        all(isinstance(name, str) and name in _TYPES for name in names)
        and all(isinstance(bound, int | float) and not isinstance(bound, bool) for bound in bounds)
        and isinstance(schema.get("enum", []), list)
        and isinstance(required, list)
        and all(isinstance(name, str) for name in required)
    )


def _check(schema: Mapping[str, Any] | bool, value: object, where: str) -> Iterator[str]:
    if schema is True:
        return
    name = where or "the value"
    if schema is False:
        yield f"{name} is not allowed here"
        return
    types = schema.get("type")
    if types is not None:
        allowed = types if isinstance(types, list) else [types]
        if not any(_is_of_type(value, each) for each in allowed):
            yield f"{name}: expected {' or '.join(allowed)}, found {_preview(value)}"
            return
    if "enum" in schema and not any(_is_same(value, each) for each in schema["enum"]):
        yield f"{name}: expected one of {_preview(schema['enum'])}, found {_preview(value)}"
    yield from _check_bounds(schema, value, name)
    if isinstance(value, Mapping):
        yield from _check_object(schema, value, where)
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _check(schema["items"], item, f"{where}[{index}]")
    if "anyOf" in schema and all(any(_check(each, value, where)) for each in schema["anyOf"]):
        yield f"{name}: {_preview(value)} fits none of the {len(schema['anyOf'])} allowed forms"


def _check_bounds(schema: Mapping[str, Any], value: object, name: str) -> Iterator[str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            yield f"{name}: expected at least {schema['minimum']}, found {value}"
        if "maximum" in schema and value > schema["maximum"]:
            yield f"{name}: expected at most {schema['maximum']}, found {value}"
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield f"{name}: expected at least {schema['minLength']} characters, found {len(value)}"


def _check_object(schema: Mapping[str, Any], value: Mapping[str, Any], where: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    extra = schema.get("additionalProperties", True)
    known = ", ".join(properties) or "none"
    for key in schema.get("required", []):
        if key not in value:
            yield f"{_join(where, key)} is missing"
    for key, item in value.items():
        if key in properties:
            yield from _check(properties[key], item, _join(where, key))
        elif extra is False:
            yield f"{_join(where, key)} is unknown here (known: {known})"
        else:
            yield from _check(extra, item, _join(where, key))


def _is_of_type(value: object, name: str) -> bool:
    if isinstance(value, bool) or value is None:
        return name == ("null" if value is None else "boolean")
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _PYTHON_TYPES.get(name, ()))


def _is_same(left: object, right: object) -> bool:
    """Compare as JSON does: 1 equals 1.0, and neither equals true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_is_same, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(_is_same(left[key], right[key]) for key in left)
    return left == right


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _preview(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _PREVIEW_CHARS else text[:_PREVIEW_CHARS] + "…"


def _check_with_jsonschema(schema: Mapping[str, Any] | bool, value: object) -> list[str]:
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import Draft202012Validator

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return [f"the schema itself is broken: {error.message}"]
    found = Draft202012Validator(schema).iter_errors(value)
    return [f"{error.json_path.removeprefix('$.')}: {error.message}" for error in found]

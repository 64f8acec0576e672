"""Read what a function takes: JSON Schema and conversion from type hints (msgspec), words from its docstring."""

import inspect
import typing
from collections.abc import Callable, Mapping
from typing import Any

import docstring_parser
import msgspec

from llmos_core.errors import PluginError, ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.types.json import JsonObject, with_whole_numbers
from llmos_core.types.record import Record
from llmos_core.types.schema import problems

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class Signature(Record):
    """A function as a model sees it. `convert` makes keyword arguments of JSON, or raises ToolError."""

    description: str
    schema: dict[str, Any]
    convert: Callable[[JsonObject, ToolContext], dict[str, Any]]


def read_signature(function: Callable[..., Any], name: str, schema: Mapping[str, Any] | None = None) -> Signature:
    """Return the signature of a function; a given `schema` takes the place of its type hints.

    Raises PluginError for parameters that cannot be given by name or whose types have no JSON form.
    """
    docs = docstring_parser.parse(inspect.getdoc(function) or "")
    description = "\n\n".join(filter(None, (docs.short_description, docs.long_description)))
    hints = _hints(function, name)
    parameters = _parameters(function, name)
    injected = [each for each in parameters if hints.get(each) is ToolContext]
    if schema is not None:
        convert = _checking(dict(schema), name, injected)
        return Signature(description=description, schema=dict(schema), convert=convert)
    shown = {each: parameter for each, parameter in parameters.items() if each not in injected}
    struct = _struct(shown, hints, name)
    made = _schema_of(struct, name)
    for text in docs.params:
        if text.arg_name in made["properties"] and text.description:
            made["properties"][text.arg_name].setdefault("description", text.description)
    return Signature(description=description, schema=made, convert=_converting(struct, name, injected))


def _hints(function: Callable[..., Any], name: str) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError, SyntaxError, AttributeError) as error:
        raise PluginError(
            f"{name}: a type hint cannot be read: {error}; import the types it names", name=name
        ) from error


def _parameters(function: Callable[..., Any], name: str) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(function).parameters)
    for each in parameters.values():
        if each.kind not in _NAMED:
            raise PluginError(
                f"{name}: the parameter {each} cannot be given by name; a tool needs named ones", name=name
            )
    return parameters


def _struct(parameters: Mapping[str, inspect.Parameter], hints: Mapping[str, Any], name: str) -> type[msgspec.Struct]:
    """Return a struct with the parameters as fields; it converts as strictly as JSON allows."""
    fields: list[Any] = []
    for each, parameter in parameters.items():
        hint = hints.get(each, Any)
        has_default = parameter.default is not inspect.Parameter.empty
        fields.append((each, hint, _default(parameter.default)) if has_default else (each, hint))
    try:
        return msgspec.defstruct(name.replace("-", "_"), fields, kw_only=True, forbid_unknown_fields=True)
    except (TypeError, ValueError) as error:
        raise PluginError(f"{name}: its parameters cannot be read: {error}", name=name) from error


def _default(value: Any) -> Any:
    """Return a default as msgspec takes it: a value that could be changed is copied for each call."""
    import copy

    if isinstance(value, str | int | float | bool | bytes | tuple | frozenset | None):
        return value
    return msgspec.field(default_factory=lambda: copy.deepcopy(value))


def _schema_of(struct: type[msgspec.Struct], name: str) -> dict[str, Any]:
    try:
        (reference,), components = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
    except TypeError as error:
        raise PluginError(f"{name}: a parameter has no JSON form: {error}; use plain types", name=name) from error
    own = reference["$ref"].removeprefix("#/$defs/")
    schema: dict[str, Any] = {key: value for key, value in components.pop(own).items() if key != "title"}
    schema.setdefault("required", [])
    return {**schema, "$defs": components} if components else schema


def _converting(
    struct: type[msgspec.Struct], name: str, injected: list[str]
) -> Callable[[JsonObject, ToolContext], dict[str, Any]]:
    def convert(arguments: JsonObject, context: ToolContext) -> dict[str, Any]:
        given = dict(arguments)
        try:
            made = _made(given, struct)
        except msgspec.ValidationError as error:
            raise ToolError(f"{name}: the arguments do not fit: {error}") from None
        return {each: getattr(made, each) for each in struct.__struct_fields__} | dict.fromkeys(injected, context)

    return convert


def _made(given: dict[str, Any], struct: type[msgspec.Struct]) -> msgspec.Struct:
    """Return the arguments as they are: 1.0 becomes 1 only where a whole number is wanted."""
    try:
        return msgspec.convert(given, struct)
    except msgspec.ValidationError:
        return msgspec.convert(with_whole_numbers(given), struct)


def _checking(
    schema: dict[str, Any], name: str, injected: list[str]
) -> Callable[[JsonObject, ToolContext], dict[str, Any]]:
    def convert(arguments: JsonObject, context: ToolContext) -> dict[str, Any]:
        if found := problems(schema, arguments):
            raise ToolError(f"{name}: the arguments do not fit: {'; '.join(found)}")
        return dict(arguments) | dict.fromkeys(injected, context)

    return convert

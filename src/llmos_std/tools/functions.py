"""`@llm_tool`: a plain Python function as a tool, its schema read from type hints and docstring.

Decorating costs nothing: schemas are made, and their libraries imported, when the tool is opened.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from llmos_core.errors import PluginError, ToolError
from llmos_core.types.json import JsonObject, JsonValue, canonical_json
from llmos_core.types.tools import Effect, ToolSpec

if TYPE_CHECKING:
    from llmos_core.protocols.acting import Tool, ToolContext
    from llmos_core.protocols.context import PluginContext

P = ParamSpec("P")
R = TypeVar("R")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class FunctionTool(Generic[P, R]):
    """A decorated function. Calling it calls the function; `as_tool` makes the tool, `open` is a plugin's factory."""

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None,
        description: str | None,
        schema: Mapping[str, Any] | None,
        effect: str,
        version: str,
    ) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.name = name or function.__name__
        self._description = description
        self._schema = schema
        self._version = version
        if not _NAME.fullmatch(self.name):
            raise PluginError(f"{self.name!r} is no name for a tool; use letters, digits, _ and -", name=self.name)
        if effect not in list(Effect):
            raise PluginError(f"{self.name}: effect {effect!r} is none of {', '.join(Effect)}", name=self.name)
        self._effect = Effect(effect)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function itself."""
        return self.function(*args, **kwargs)

    def as_tool(self) -> "Tool":
        """Return the tool; raises PluginError when the function's parameters cannot be described."""
        from llmos_core.aio import is_async
        from llmos_std.tools.signatures import read_signature

        signature = read_signature(self.function, self.name, self._schema)
        spec = ToolSpec(
            name=self.name,
            description=self._description or signature.description or self.name,
            parameters=signature.schema,
            effect=self._effect,
            version=self._version,
        )
        make = _AsyncCall if is_async(self.function) else _PlainCall
        return make(spec, self.function, signature.convert)

    def open(self, _context: "PluginContext") -> "Tool":
        """Return the tool: the factory to name in a Contribution, as in `factory="package.module:function.open"`."""
        return self.as_tool()


Convert = Callable[[JsonObject, "ToolContext"], dict[str, Any]]
"""Makes the function's keyword arguments of a call's arguments; raises ToolError when they do not fit."""


class _Call:
    """A function behind the Tool protocol."""

    def __init__(self, spec: ToolSpec, function: Callable[..., Any], convert: Convert) -> None:
        self.spec = spec
        self._function = function
        self._convert = convert

    def _failure(self, error: Exception) -> ToolError:
        return ToolError(f"{self.spec.name} failed: {type(error).__name__}: {error}")

    def _as_json(self, value: object) -> JsonValue:
        import msgspec

        try:
            plain: JsonValue = json.loads(canonical_json(msgspec.to_builtins(value, str_keys=True)))
        except (TypeError, ValueError) as error:
            kind = type(value).__name__
            raise ToolError(
                f"{self.spec.name} returned {kind}, which is no JSON: {error}; return plain values"
            ) from error
        return plain


class _PlainCall(_Call):
    """Calls a plain function."""

    def call(self, arguments: JsonObject, context: "ToolContext") -> JsonValue:
        """Call the function and return its value as JSON."""
        wanted = self._convert(arguments, context)
        try:
            value = self._function(**wanted)
        except ToolError:
            raise
        except Exception as error:  # a user's function may raise anything
            raise self._failure(error) from error
        return self._as_json(value)


class _AsyncCall(_Call):
    """Calls an async function."""

    async def call(self, arguments: JsonObject, context: "ToolContext") -> JsonValue:
        """Await the function and return its value as JSON."""
        wanted = self._convert(arguments, context)
        try:
            value = await self._function(**wanted)
        except ToolError:
            raise
        except Exception as error:  # a user's function may raise anything
            raise self._failure(error) from error
        return self._as_json(value)


@overload
def llm_tool(function: Callable[P, R], /) -> FunctionTool[P, R]: ...


@overload
def llm_tool(
    function: None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    schema: Mapping[str, Any] | None = None,
    effect: str = "unknown",
    version: str = "1",
) -> Callable[[Callable[P, R]], FunctionTool[P, R]]: ...


def llm_tool(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    schema: Mapping[str, Any] | None = None,
    effect: str = "unknown",
    version: str = "1",
) -> FunctionTool[P, R] | Callable[[Callable[P, R]], FunctionTool[P, R]]:
    """Turn a function into a tool; use it as `@llm_tool` or `@llm_tool(name=…, effect="read")`.

    `name` and `description` come from the function and its docstring unless given, `schema` (JSON Schema of an object)
    from its type hints. `effect` is one of the Effect values: say "pure" or "read" only if that is certain, for
    then it runs without asking. Raise `version` when the function's behaviour changes: older traces then stop using it.
    A parameter annotated with ToolContext is filled in and not shown to the model.
    """

    def decorate(function: Callable[P, R]) -> FunctionTool[P, R]:
        return FunctionTool(function, name=name, description=description, schema=schema, effect=effect, version=version)

    return decorate if function is None else decorate(function)

"""Laws: a function's schema accepts exactly what the function can take; what it returns comes back as JSON."""

import subprocess
import sys
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import PluginError, ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.types.schema import problems
from llmos_core.types.tools import Effect
from llmos_std.tools import llm_tool


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Point(msgspec.Struct):
    x: int
    y: int = 0


@llm_tool
def greet(name: str, times: int = 1) -> str:
    """Greet somebody.

    As often as you like.

    Args:
        name: who is greeted
        times: how often
    """
    return f"Hello {name}! " * times


def test_name_description_and_schema_come_from_the_function():
    spec = greet.as_tool().spec
    assert (spec.name, spec.description) == ("greet", "Greet somebody.\n\nAs often as you like.")
    assert spec.effect is Effect.UNKNOWN
    assert spec.parameters == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "who is greeted"},
            "times": {"type": "integer", "description": "how often", "default": 1},
        },
        "required": ["name"],
        "additionalProperties": False,
    }


def test_a_decorated_function_is_still_the_function():
    assert greet("Bo", times=2) == "Hello Bo! Hello Bo! "
    assert greet.__doc__.startswith("Greet")
    assert greet.__name__ == "greet"


def test_the_tool_calls_the_function(scene):
    assert scene.call(greet.as_tool(), name="Bo") == "Hello Bo! "


def test_it_is_a_factory_for_plugins(scene):
    assert scene.call(greet.open(None), name="Bo") == "Hello Bo! "


def test_what_is_given_takes_the_place_of_what_is_read(scene):
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}

    @llm_tool(name="double-it", description="Doubles.", schema=schema, effect="pure", version="3")
    def double(n):
        return 2 * n

    tool = double.as_tool()
    assert (tool.spec.name, tool.spec.description, tool.spec.effect, tool.spec.version) == (
        "double-it",
        "Doubles.",
        "pure",
        "3",
    )
    assert tool.spec.parameters == schema
    assert scene.call(tool, n=4) == 8
    with pytest.raises(ToolError, match="at least 1"):
        scene.call(tool, n=0)


def test_async_functions_are_awaited(scene):
    @llm_tool
    async def later(n: int) -> int:
        import asyncio

        await asyncio.sleep(0)
        return n + 1

    assert scene.call(later.as_tool(), n=1) == 2


def test_a_parameter_for_the_context_is_filled_in_and_not_shown(scene):
    @llm_tool
    def where(name: str, context: ToolContext) -> str:
        return f"{name} in {context.workspace.name}"

    tool = where.as_tool()
    assert list(tool.spec.parameters["properties"]) == ["name"]
    assert scene.call(tool, name="x") == "x in ws"
    with pytest.raises(ToolError):
        scene.call(tool, name="x", context="mine")


def test_rich_types_have_a_schema_and_are_converted(scene):
    @llm_tool
    def paint(
        colour: Colour,
        at: Point,
        tags: list[str],
        size: Annotated[int, msgspec.Meta(ge=1)] = 1,
        kind: Literal["a", "b"] = "a",
    ) -> dict:
        assert isinstance(colour, Colour)
        assert isinstance(at, Point)
        return {"colour": colour, "at": at, "tags": tags, "size": size, "kind": kind}

    tool = paint.as_tool()
    assert problems(tool.spec.parameters, {"colour": "red", "at": {"x": 1}, "tags": []}) == []
    assert problems(tool.spec.parameters, {"colour": "green", "at": {"x": 1}, "tags": []})
    answer = scene.call(tool, colour="red", at={"x": 1}, tags=["t"])
    assert answer == {"colour": "red", "at": {"x": 1, "y": 0}, "tags": ["t"], "size": 1, "kind": "a"}
    with pytest.raises(ToolError, match="size"):
        scene.call(tool, colour="red", at={"x": 1}, tags=[], size=0)


def test_a_default_that_can_change_is_fresh_for_each_call(scene):
    @llm_tool
    def collect(item: str, into: list[str] = []) -> list[str]:  # noqa: B006 – the point
        into.append(item)
        return into

    tool = collect.as_tool()
    assert [scene.call(tool, item="a"), scene.call(tool, item="b")] == [["a"], ["b"]]


VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from([1.0, 1.5]), st.text(max_size=2))
HINTS = {"int": int, "str": str, "bool": bool, "float": float, "int | None": int | None, "list": list[int]}


@given(hint=st.sampled_from(sorted(HINTS)), value=VALUES | st.lists(VALUES, max_size=2))
def test_the_schema_accepts_exactly_what_the_function_can_take(hint, value):
    def take(x):
        return None

    take.__annotations__ = {"x": HINTS[hint]}
    tool = llm_tool(take).as_tool()
    fits = not problems(tool.spec.parameters, {"x": value})
    context = ToolContext(workspace=None, run_id="r", timeout_s=1.0, environ={})
    try:
        tool.call({"x": value}, context)
    except ToolError:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize("given_arguments", [{"name": 3}, {}, {"name": "x", "other": 1}, {"name": "x", "times": "2"}])
def test_arguments_that_do_not_fit_are_an_error_that_names_them(scene, given_arguments):
    with pytest.raises(ToolError, match="do not fit"):
        scene.call(greet.as_tool(), **given_arguments)


def test_what_the_function_raises_becomes_one_message(scene):
    @llm_tool
    def fail(kind: str) -> None:
        raise ToolError("as it is") if kind == "tool" else ValueError("no good")

    with pytest.raises(ToolError, match=r"^as it is$"):
        scene.call(fail.as_tool(), kind="tool")
    with pytest.raises(ToolError, match="fail failed: ValueError: no good"):
        scene.call(fail.as_tool(), kind="other")


@pytest.mark.parametrize("value", [object(), float("nan"), {1: {2, 3}}, b"bytes", Decimal("1.5"), (1, 2)])
def test_what_is_returned_is_json_or_an_error(scene, value):
    @llm_tool
    def give() -> object:
        return value

    try:
        answer = scene.call(give.as_tool())
    except ToolError as error:
        assert "no JSON" in str(error) or "give failed" in str(error)  # noqa: PT017 – either is right
    else:
        assert isinstance(answer, str | list | dict)


def test_functions_that_cannot_be_tools_say_why():
    @llm_tool
    def positional(a, /):
        pass

    @llm_tool
    def many(*args):
        pass

    @llm_tool
    def unknown(a: "Missing"):  # noqa: F821 – the point
        pass

    @llm_tool
    def strange(a: complex):
        pass

    for function in (positional, many, unknown, strange):
        with pytest.raises(PluginError, match=function.name):
            function.as_tool()


def test_a_wrong_name_or_effect_is_refused_at_once():
    with pytest.raises(PluginError, match="name"):
        llm_tool(name="no spaces")(greet.function)
    with pytest.raises(PluginError, match="pure"):
        llm_tool(effect="harmless")(greet.function)


def test_decorating_imports_nothing_heavy():
    heavy = {"msgspec", "docstring_parser", "asyncio", "jsonschema", "cattrs", "subprocess"}
    steps = ("import sys", "from llmos_std.tools import llm_tool", "llm_tool(print)")
    code = "; ".join((*steps, f"sys.exit(len({heavy} & set(sys.modules)))"))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("value", [119.0, [119.0, 1.5], {"amount": 119.0, "of": [{"paid": -0.0}]}, 119, "119.0"])
def test_a_function_is_given_the_numbers_as_they_are(value: object) -> None:
    def told(anything: Any, count: int = 0) -> str:
        return f"{anything} {count}"

    tool = llm_tool(told).as_tool()
    context = ToolContext(workspace=None, run_id="r", timeout_s=1.0, environ={})
    assert tool.call({"anything": value}, context) == f"{value} 0"
    assert str(tool.call({"anything": "x", "count": 2.0}, context)) == "x 2"

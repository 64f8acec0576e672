"""What a server says it can do, made into specs of tools. A tool that cannot be offered as it is is left out and named.

A spec's version is a digest of everything besides its schema that could change what a call means: the description, the
shape of answers, the annotations, and which server this is. So a trace notices whatever of it changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json, digest
from llmos_core.types.record import Record, field
from llmos_core.types.tools import Effect, ToolSpec
from llmos_mcp.effects import effect_of, stays_home
from llmos_mcp.naming import names_for
from llmos_mcp.words import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mcp.types import Tool

    from llmos_mcp.config import ServerConfig

MOST_TOOLS = 200
LONGEST_SCHEMA = 50_000
LONGEST_DESCRIPTION = 4_000


class Listed(Record):
    """One tool that is offered: its spec, the server's own name for it, and whether it may use a network."""

    spec: ToolSpec
    remote: str
    uses_network: bool = True


class Listing(Record):
    """The tools of one server by llmos's names, and one sentence for each that was left out."""

    tools: dict[str, Listed] = field(factory=dict)
    problems: tuple[str, ...] = ()


def listing_of(
    server: str,
    config: ServerConfig,
    found: Sequence[Tool],
    *,
    identity: Mapping[str, Any],
    is_trusted: bool,
) -> Listing:
    """Return the tools of a server that may be offered.

    `identity` says which server this is, `is_trusted` whether its annotations count.
    """
    wanted = [
        tool for tool in found if (not config.allow or tool.name in config.allow) and tool.name not in config.deny
    ]
    names = names_for(server, (tool.name for tool in wanted))
    tools, problems = dict[str, Listed](), list[str]()
    for tool in wanted:
        name = names[tool.name]
        problem = _problem(tool.input_schema)
        if name in tools:
            problem = "its name is given twice"
        elif len(tools) >= MOST_TOOLS:
            problem = f"a server may offer at most {MOST_TOOLS} tools; name the ones you need in 'allow'"
        if problem:
            problems.append(f"server '{server}': tool '{one_line(tool.name, 64)}' is left out: {problem}")
        else:
            tools[name] = _listed(server, name, tool, identity, known=config.effects, is_trusted=is_trusted)
    return Listing(tools=tools, problems=tuple(problems))


def _listed(
    server: str, name: str, tool: Tool, identity: Mapping[str, Any], *, known: Mapping[str, str], is_trusted: bool
) -> Listed:
    annotations = tool.annotations
    effect = Effect(known[tool.name]) if tool.name in known else effect_of(annotations, is_trusted=is_trusted)
    version = {
        "server": dict(identity),
        "tool": tool.name,
        "description": tool.description,
        "output": tool.output_schema,
        "annotations": None if annotations is None else annotations.model_dump(mode="json"),
    }
    spec = ToolSpec(
        name=name,
        description=_description(server, tool),
        parameters={**tool.input_schema, "type": "object"},
        effect=effect,
        version=digest(version)[:16],
    )
    return Listed(spec=spec, remote=tool.name, uses_network=not stays_home(annotations, is_trusted=is_trusted))


def _description(server: str, tool: Tool) -> str:
    said = visible(tool.description or tool.title or "", LONGEST_DESCRIPTION)
    return f"Tool of the MCP server '{server}', which says of it: {said or one_line(tool.name, 64)}"


def _problem(schema: Mapping[str, Any]) -> str:
    """Return why arguments cannot be checked against a schema, "" when they can."""
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import Draft202012Validator

    if schema.get("type", "object") != "object":
        return f"its arguments are a {schema['type']!r}, expected an object"
    try:
        if len(canonical_json(schema)) > LONGEST_SCHEMA:
            return f"its schema is longer than {LONGEST_SCHEMA} characters"
        if reference := _foreign_reference(schema):
            return f"its schema refers to {one_line(reference, 80)!r}; only references within it are followed"
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"its schema is broken: {one_line(error.message, 200)}"
    except (RecursionError, ValueError) as error:
        return f"its schema cannot be read: {type(error).__name__}"
    return ""


def _foreign_reference(value: Any) -> str:
    """Return a reference that would have to be fetched, "" when there is none."""
    if isinstance(value, dict):
        for key in ("$ref", "$dynamicRef"):
            if isinstance(target := value.get(key), str) and not target.startswith("#"):
                return target
        return next(filter(None, map(_foreign_reference, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(_foreign_reference, value)), "")
    return ""

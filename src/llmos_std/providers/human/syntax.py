"""Read what a person types: a tool with its arguments, the final answer, or a question.

    Write path=hello.txt content="hi"        a call; quote what has spaces, or open several lines with content=<<END
    done, hello.txt says hi                  the answer; `say TEXT` when it would read like a call
    ?    ? Write                             what there is

Nothing is guessed: what is not plainly one of these raises MistakeError, with a sentence that helps.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from llmos_core.suggestion import did_you_mean
from llmos_core.types.json import canonical_json
from llmos_core.types.schema import problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmos_core.types.tools import ToolSpec

_ARGUMENT = re.compile(r"([A-Za-z_][\w.-]*)=")
_HEREDOC = re.compile(r"<<([A-Za-z_]\w*)")
_DECODER = json.JSONDecoder(strict=False)


class MistakeError(Exception):
    """What was typed cannot be meant; the message says why and what to type."""


class Said(NamedTuple):
    """What a person said: a call (`tool` and `arguments`), a question (`help` is a tool, or "" for all), or text."""

    text: str = ""
    tool: str = ""
    arguments: Mapping[str, Any] = {}
    help: str | None = None


class Opened(NamedTuple):
    """An argument whose value follows on further lines, up to one that is `end` alone."""

    end: str


def read(line: str, tools: Mapping[str, ToolSpec]) -> Said:
    """Return what a line says; values that follow on further lines stand as `Opened` in the arguments or text."""
    word, rest = [*line.strip().split(maxsplit=1), "", ""][:2]
    if word == "?":
        return Said(help=_tool_named(rest, tools) if rest else "")
    if word == "say":
        opened = _HEREDOC.fullmatch(rest)
        return Said(tool="", arguments={"": Opened(opened[1])}) if opened else Said(text=_required(rest))
    tool = _called(word, rest, tools)
    if not tool:
        return Said(text=line.strip())
    return Said(tool=tool, arguments=_arguments(rest, tools[tool]))


def checked(said: Said, tools: Mapping[str, ToolSpec]) -> Said:
    """Return a call whose values are all there, once they fit the tool's schema; else MistakeError naming all."""
    spec = tools[said.tool]
    if found := problems(spec.parameters, dict(said.arguments)):
        raise MistakeError(f"{spec.name}: {'; '.join(found)}; it is called like this: {usage(spec)}")
    return said


def usage(spec: ToolSpec) -> str:
    """Return a call of the tool with kinds in place of values; what may be left out stands in brackets."""
    properties, required = spec.parameters.get("properties", {}), spec.parameters.get("required", ())
    parts = (f"{name}={_kind(schema)}" for name, schema in properties.items())
    shown = (part if part.partition("=")[0] in required else f"[{part}]" for part in parts)
    return " ".join([spec.name, *shown])


def _required(text: str) -> str:
    if not text:
        raise MistakeError("say what? Write the answer behind it: say it is done")
    return text


def _tool_named(name: str, tools: Mapping[str, ToolSpec]) -> str:
    if found := _same(name, tools):
        return found
    raise MistakeError(f"there is no tool '{name}'{did_you_mean(name, tools)}")


def _same(word: str, tools: Mapping[str, ToolSpec]) -> str:
    """Return the tool of that name, whatever its case; "" when there is none or more than one."""
    if word in tools:
        return word
    alike = [name for name in tools if name.lower() == word.lower()]
    return alike[0] if len(alike) == 1 else ""


def _called(word: str, rest: str, tools: Mapping[str, ToolSpec]) -> str:
    """Return the tool that a line calls, "" when the line is plain text."""
    has_arguments = _ARGUMENT.match(rest) is not None
    found = _same(word, tools)
    if word in tools or (found and (has_arguments or not rest)):
        return found
    if has_arguments and re.fullmatch(r"[\w.-]+", word):
        hint = did_you_mean(word, tools)
        raise MistakeError(f"there is no tool '{word}'{hint} ('?' lists them; 'say {word} …' answers with that text)")
    return ""


def _arguments(rest: str, spec: ToolSpec) -> dict[str, Any]:
    properties: Mapping[str, Any] = spec.parameters.get("properties", {})
    found: dict[str, Any] = {}
    at = 0
    while at < len(rest):
        name, at = _name(rest, at, spec)
        if name in found:
            raise MistakeError(f"'{name}' is there twice")
        if name not in properties and not spec.parameters.get("additionalProperties"):
            raise MistakeError(f"{spec.name} has no '{name}'{did_you_mean(name, properties)}")
        found[name], at = _value(rest, at, _types(properties.get(name, True)), name)
        if at < len(rest) and not rest[at].isspace():
            raise MistakeError(f"'{rest[at : at + 12]}' sticks to the value of '{name}'; put a space between them")
        while at < len(rest) and rest[at].isspace():
            at += 1
    return found


def _name(rest: str, at: int, spec: ToolSpec) -> tuple[str, int]:
    match = _ARGUMENT.match(rest, at)
    if match is not None:
        return match[1], match.end()
    shown = rest[at:].split(maxsplit=1)[0]
    needed = spec.parameters.get("required", ())
    example = f"{needed[0]}={json.dumps(rest, ensure_ascii=False)}" if len(needed) == 1 and at == 0 else usage(spec)
    how = example if example.startswith(spec.name) else f"{spec.name} {example}"
    raise MistakeError(f"'{shown}' names no argument; write {how} – or 'say {spec.name} …' to answer with that text")


def _value(rest: str, at: int, types: frozenset[str], name: str) -> tuple[Any, int]:
    """Return the value that begins at `at`, and where it ends."""
    first = rest[at : at + 1]
    if opened := _HEREDOC.match(rest, at):
        return Opened(opened[1]), opened.end()
    if first == '"':
        value, end = _json_at(rest, at, f"the quote before the value of '{name}' is never closed, or holds a wrong \\")
        return _fitting(value, types, name), end
    if first == "'":
        end = rest.find("'", at + 1)
        if end < 0:
            raise MistakeError(f"the quote before the value of '{name}' is never closed")
        return _fitting(rest[at + 1 : end], types, name), end + 1
    if first and first in "[{" and "string" not in types:
        return _json_at(rest, at, f"the value of '{name}' is no JSON")
    end = at
    while end < len(rest) and not rest[end].isspace():
        end += 1
    return _bare(rest[at:end], types, name), end


def _json_at(rest: str, at: int, complaint: str) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(rest, at)
    except (ValueError, RecursionError):
        raise MistakeError(complaint) from None


def _fitting(text: str, types: frozenset[str], name: str) -> Any:
    """Return a quoted value: text where text is allowed, else the JSON that it holds."""
    return text if not types or "string" in types else _bare(text, types, name)


def _bare(text: str, types: frozenset[str], name: str) -> Any:
    """Return an unquoted value: text where text is allowed, else JSON."""
    if "string" in types and not (text == "null" and "null" in types):
        return text
    try:
        value = json.loads(text)
        canonical_json(value)  # NaN and its like are no values
    except (ValueError, RecursionError):
        if not types:
            return text
        raise MistakeError(f"'{name}' is '{text}', expected {' or '.join(sorted(types))}") from None
    return value


def _types(schema: Any) -> frozenset[str]:
    """Return the JSON types that a schema allows, none when it does not say."""
    if not isinstance(schema, dict):
        return frozenset()
    types = schema.get("type", [])
    own = frozenset([types] if isinstance(types, str) else types)
    return own.union(*(_types(choice) for choice in schema.get("anyOf", ())))


def _kind(schema: Any) -> str:
    if isinstance(schema, dict) and "enum" in schema:
        return "|".join(str(choice) for choice in schema["enum"])
    words = {"string": "TEXT", "integer": "NUMBER", "number": "NUMBER", "boolean": "true|false"}
    kinds = sorted({words.get(name, "JSON") for name in _types(schema) if name != "null"})
    return "|".join(kinds) or "VALUE"

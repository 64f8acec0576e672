"""The reference page of everything that is promised: the numbered requirements and the schemas of specs/."""
# ruff: noqa: INP001 – a script beside the pages it writes, not a package

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SPECS = Path(__file__).parents[1] / "specs"
_ID = r"[A-Z]{2}-\d{3}"
_REQUIREMENT = re.compile(rf"^[ >*+#|-]*`?({_ID})\b", re.MULTILINE)
_AFTER_NUMBER = re.compile(r"^[`*]*[\s|:–-]*")
_HEAD = """# Promises

Every numbered requirement of `specs/`, and the shape of what is stored or printed. MUST and MUST NOT are meant as in
RFC 2119; each number is cited by a test, and a test fails for a number without one. The reasons, tables and test
vectors stand beside each specification.
"""


def specs_page() -> str:
    """Return the page of all requirements and schemas."""
    folders = sorted(path.parent for path in SPECS.glob("*/*/README.md"))
    return "\n".join((_HEAD, *(part for folder in folders for part in _spec(folder))))


def _spec(folder: Path) -> Iterator[str]:
    text = (folder / "README.md").read_text("utf-8")
    title, name = text.partition("\n")[0].removeprefix("# "), f"{folder.parent.name}/{folder.name}"
    yield f"## {title}\n\n[The whole specification](../../specs/{name}/README.md)\n"
    yield "| number | requirement |\n|---|---|"
    yield from (f"| {number} | {_cell(sentence)} |" for number, sentence in _requirements(text))
    yield ""
    for path in sorted(folder.glob("*schema*.json")):
        yield from _schema(json.loads(path.read_text("utf-8")), f"[{path.name}](../../specs/{name}/{path.name})")


def _requirements(text: str) -> Iterator[tuple[str, str]]:
    """Yield each number with its sentences, up to the next number or empty line."""
    found = list(_REQUIREMENT.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    for match, end in zip(found, ends, strict=True):
        part = text[match.end() : end].split("\n\n", maxsplit=1)[0]
        yield match.group(1), " ".join(_AFTER_NUMBER.sub("", part).rstrip("| \n").split())


def _schema(schema: dict[str, Any], link: str) -> Iterator[str]:
    """Yield one table for each kind of object that a schema describes, then its other names."""
    named = schema.get("$defs", {})
    for name, one in (("", schema), *named.items()):
        for path, shown in _objects(one, name):
            of = f"`{path}` of {link}" if path else link
            yield f"{of}\n\n| field | must be there | value |\n|---|---|---|"
            for field, value in shown["properties"].items():
                is_required = "yes" if field in shown.get("required", ()) else ""
                yield f"| `{field}` | {is_required} | {_cell(_value(value))} |"
            yield ""
    plain = [f"- `{name}`: {_value(one)}" for name, one in named.items() if not list(_objects(one, name))]
    if plain:
        yield "\n".join((*plain, ""))


def _objects(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object with properties of its own, at any depth, with the path to it; `[]` stands for an item."""
    if not isinstance(schema, dict):
        return
    if "properties" in schema:
        yield path, schema
    for name, value in schema.get("properties", {}).items():
        yield from _objects(value, f"{path}.{name}" if path else name)
    yield from _objects(schema.get("items"), f"{path}[]")
    yield from _objects(schema.get("additionalProperties"), f"{path}.…")
    for choice in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(choice, ()):
            yield from _objects(one, path)


_BOUNDS: Mapping[str, str] = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "pattern": "like `{}`",
}


def _value(schema: Any) -> str:
    """Return in words what a value must be."""
    if not isinstance(schema, dict) or not schema:
        return "anything" if schema in ({}, True) else "nothing"
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(each)}`" for each in schema["enum"])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " or ".join(map(_value, schema[choice]))
    kind = schema.get("type", "anything")
    words = [" or ".join(kind) if isinstance(kind, list) else kind]
    if kind == "array" and "items" in schema:
        words = [f"array of {_value(schema['items'])}"]
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        words = [f"object of {_value(schema['additionalProperties'])}"]
    return ", ".join((*words, *(said.format(schema[key]) for key, said in _BOUNDS.items() if key in schema)))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

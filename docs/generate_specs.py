"""The reference page of everything that is promised: the numbered requirements and the schemas of specs/."""
# ruff: noqa: INP001 – a script beside the pages it writes, not a package

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SPECS = Path(__file__).parents[1] / "specs"
_ID = r"[A-Z]{2}-\d{3}"
_REQUIREMENT = re.compile(rf"^[ >*+#|-]*`?({_ID})\b", re.MULTILINE)
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
        yield match.group(1), " ".join(part.strip("`*| :–-\n").split())


def _schema(schema: dict[str, Any], link: str) -> Iterator[str]:
    """Yield one table for each kind of object that a schema describes."""
    for name, one in (("", schema), *schema.get("$defs", {}).items()):
        if "properties" not in one:
            continue
        of = f"`{name}` of {link}" if name else link
        yield f"{of}\n\n| field | must be there | value |\n|---|---|---|"
        for field, value in one["properties"].items():
            is_required = "yes" if field in one.get("required", ()) else ""
            yield f"| `{field}` | {is_required} | {_cell(_value(value))} |"
        yield ""


_BOUNDS = {
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

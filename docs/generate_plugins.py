"""The reference page for authors of plugins, read from the sources of the hooks, the interfaces and the records."""
# ruff: noqa: INP001 – a script beside the pages it writes, not a package

import ast
from collections.abc import Iterator
from pathlib import Path

from llmos_core.contrib import HOOKS, MOMENTS
from llmos_core.runtime.broadcast import EVENT_KINDS

CORE = Path(__file__).parents[1] / "src" / "llmos_core"
INTERFACES = ("acting", "guarding", "thinking", "storing", "context")
INTERNAL = frozenset({"__init__", "field", "record", "record_attrs"})
"""Modules of types/ that hold no records but what records are made of."""

_HEAD = """# Plugins

What a plugin may offer, what each thing must be able to do, and the records that pass between them. How to write one:
[write a plugin](../how-to/write-a-plugin.md). Whatever thinks or acts may be written plain or `async`; whatever stores
is plain, and what it was given is durable when it returns. Every record is frozen and made with keywords;
`llmos_core.types.record.evolve(record, field=…)` returns a changed copy.
"""


def plugins_page() -> str:
    """Return the page of hooks, interfaces and records."""
    return "\n".join((_HEAD, *_hooks(), *_interfaces(), *_records(), *_suites()))


def _hooks() -> Iterator[str]:
    functions = {node.name: node for node in _tree(CORE / "hookspecs.py") if isinstance(node, ast.FunctionDef)}
    yield "## Hooks\n\nImport `hookimpl` from `llmos_core.hookspecs`. A hook takes nothing and returns contributions.\n"
    yield "| kind | hook | meaning |\n|---|---|---|"
    for kind, name in HOOKS.items():
        yield f"| {kind} | `{name}` | {_cell(_said(functions[name]))} |"
    yield ""
    for node in _classes(CORE / "contrib.py"):
        yield from _class(node, level=3)
    yield f"Moments: {_listed(MOMENTS)}.\n"
    yield f"Kinds of event: {_listed(EVENT_KINDS)}; a plugin may publish others.\n"


def _interfaces() -> Iterator[str]:
    yield "## Interfaces\n"
    for name in INTERFACES:
        yield f"### `llmos_core.protocols.{name}`\n"
        for node in _classes(CORE / "protocols" / f"{name}.py"):
            yield from _class(node, level=4)


def _records() -> Iterator[str]:
    yield "## Records\n"
    for path in sorted((CORE / "types").glob("*.py")):
        classes = [] if path.stem in INTERNAL else list(_classes(path))
        if classes:
            yield f"### `llmos_core.types.{path.stem}`\n"
        for node in classes:
            yield from _class(node, level=4)


def _suites() -> Iterator[str]:
    yield '## Suites\n\nImport them from `llmos_core.testing.suites` (`pip install "llmos[testing]"`).\n'
    for path in sorted((CORE / "testing" / "suites").glob("*.py")):
        for node in _tree(path):
            if isinstance(node, ast.FunctionDef) and node.name == f"{path.stem}_suite":
                yield f"- `{_signature(node)}`: {_said(node)}"
    yield ""


def _class(node: ast.ClassDef, *, level: int) -> Iterator[str]:
    """Yield one class: what it is, its fields, what it can do."""
    yield f"{'#' * level} `{node.name}`\n\n{_paragraphs(ast.get_docstring(node) or '')}\n"
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    if fields:
        yield "| field | type | default |\n|---|---|---|"
        yield from (_field(one) for one in fields)
        yield ""
    values = [one for one in node.body if isinstance(one, ast.Assign)]
    if values:
        yield f"Values: {_listed(ast.literal_eval(one.value) for one in values)}.\n"
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
    for one in methods:
        is_property = any(ast.unparse(mark) == "property" for mark in one.decorator_list)
        shown = f"{one.name}: {ast.unparse(one.returns)}" if is_property and one.returns else _signature(one)
        yield f"- `{shown}` – {_said(one)}"
    if methods:
        yield ""


def _field(one: ast.AnnAssign) -> str:
    name = ast.unparse(one.target)
    return f"| `{name}` | `{_cell(ast.unparse(one.annotation))}` | {_cell(_default(one.value))} |"


def _default(value: ast.expr | None) -> str:
    """Return a field's default as it is written; "" when there must be a value."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        given = {keyword.arg: keyword.value for keyword in value.keywords}
        if "factory" in given:
            return f"`{ast.unparse(given['factory'])}()`"
        value = given.get("default")
    return "" if value is None else f"`{ast.unparse(value)}`"


def _signature(node: ast.FunctionDef) -> str:
    arguments = ast.unparse(node.args).removeprefix("self, ").removeprefix("self")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({arguments}){returns}"


def _tree(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text("utf-8")).body


def _classes(path: Path) -> Iterator[ast.ClassDef]:
    return (node for node in _tree(path) if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))


def _said(node: ast.FunctionDef) -> str:
    """Return a docstring as one line."""
    return " ".join((ast.get_docstring(node) or "").split())


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _listed(names: Iterator[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

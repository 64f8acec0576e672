"""What compiled code may consist of: only code of the one form that the emitter writes is ever run.

It may name its own variables and the few helpers of `program`; it can import nothing else, so it reaches no model.
"""

from __future__ import annotations

import ast

from llmos_core.errors import UsageError

_OF_TRACES = frozenset({"Call", "Divergence", "describe", "installed"})
_OF_PROGRAMS = frozenset(
    {"Call", "Divergence", "Slot", "agreed", "alone", "as_left", "constant", "framed", "from_goal", "from_item"}
    | {"is_strange", "left", "moment", "state"}
)
HELPERS = {"llmos_std.compiling.program": _OF_TRACES, "llmos_std.compiling.bound": _OF_PROGRAMS}
"""The modules that emitted code may import from, and what."""

_CALLED = frozenset({"call", "version", "target"}) | _OF_TRACES | _OF_PROGRAMS - {"Call", "Slot"}
_OF_STEPS = frozenset({"version", "target"})
_OF_DONE = frozenset({"status", "failure", "text", "words", "is_empty", "shape", "digest", "control", "target"})
_ATTRIBUTES = _OF_STEPS | _OF_DONE | {"knows_drift", "said", "outline"}
_NODES = (
    *(ast.Module, ast.ImportFrom, ast.alias, ast.AsyncFunctionDef, ast.arguments, ast.arg, ast.Expr, ast.Assign),
    *(ast.If, ast.Raise, ast.Return, ast.Await, ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Load, ast.Store),
    *(ast.Constant, ast.Dict, ast.List, ast.Compare, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub),
    *(ast.Eq, ast.NotEq, ast.NotIn),
)


def require_own_form(source: str) -> None:
    """Raise UsageError when a source is not of the emitted form."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError) as error:
        raise UsageError(f"it cannot be compiled: {error}") from error
    if found := foreign(tree):
        raise UsageError(f"it is not of the form that llmos writes: {found}")


def foreign(tree: ast.Module) -> str:
    """Return what is in a module that no emitted one has, "" when there is nothing."""
    functions = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
    if len(functions) != 1 or len(tree.body) != 3:  # noqa: PLR2004 – docstring, import, function
        return "expected a docstring, one import and one function"
    known = {"call", "str"} | _OF_TRACES | _OF_PROGRAMS | {one.arg for one in functions[0].args.kwonlyargs}
    known |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return next((said for node in ast.walk(tree) if (said := _objection(node, known))), "")


def _objection(node: ast.AST, known: set[str]) -> str:  # noqa: PLR0911 – one return a rule
    if not isinstance(node, _NODES):
        return f"{type(node).__name__} in line {getattr(node, 'lineno', 1)}"
    if isinstance(node, ast.ImportFrom):
        offered = HELPERS.get(node.module or "", frozenset())
        is_ours = not node.level and all(name.name in offered and not name.asname for name in node.names)
        return "" if is_ours else f"an import of {node.module}"
    if isinstance(node, ast.Name):
        is_own = node.id in known and not node.id.startswith("_")
        return "" if is_own else f"the name {node.id}"
    if isinstance(node, ast.Attribute):
        return "" if node.attr in _ATTRIBUTES and isinstance(node.value, ast.Name) else f"the attribute {node.attr}"
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return "" if called in _CALLED else f"a call of {called or 'something unnamed'}"
    if isinstance(node, ast.AsyncFunctionDef):
        return "a decorator" if node.decorator_list else ""
    return ""

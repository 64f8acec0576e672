"""Law: every public name says what is true of it, which errors it raises, and in which unit its numbers are.

A name is public when neither it nor a module on its way begins with an underscore. Fields of records are described in
the docstring of their class, parameters in that of their function.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2] / "src"
PACKAGES = ("llmos_core", "llmos_std")
SUITES = "llmos_core/testing/suites/"


class Public(NamedTuple):
    """One public definition: where it stands, its dotted name, its node, its own docstring and that of its class."""

    place: str
    name: str
    node: ast.AST
    text: str
    around: str


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if not hidden(path)]


def hidden(path: Path) -> bool:
    return any(part.startswith("_") and part != "__init__.py" for part in path.relative_to(ROOT).parts)


def definitions() -> Iterator[Public]:
    for path in sources():
        module = ast.parse(path.read_text("utf-8"))
        yield from _inside(module, path.relative_to(ROOT).as_posix(), "", ast.get_docstring(module) or "")


def _inside(parent: ast.AST, place: str, prefix: str, around: str) -> Iterator[Public]:
    for node in getattr(parent, "body", ()):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            if any(getattr(one, "id", "") == "overload" for one in node.decorator_list):
                continue
            name = f"{prefix}{node.name}"
            text = ast.get_docstring(node) or ""
            yield Public(f"{place}:{node.lineno}", name, node, text, around)
            if isinstance(node, ast.ClassDef):
                yield from _inside(node, place, f"{name}.", f"{around}\n{text}")


def constants() -> Iterator[tuple[str, str, bool]]:
    """Yield (place, name, is it explained) for each public upper-case constant of the core.

    A constant is explained by the text below it or below its next neighbours. Type variables are no constants.
    """
    for path in (path for path in sources() if "llmos_core" in path.parts):
        body = ast.parse(path.read_text("utf-8")).body
        texts = {node.lineno for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
        for position, node in enumerate(body):
            for name in _assigned(node):
                group = position
                while group < len(body) and _assigned(body[group]):
                    group += 1
                is_told = group < len(body) and body[group].lineno in texts
                yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", name, is_told


def _assigned(node: ast.AST) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    if isinstance(node, ast.Assign) and getattr(getattr(node.value, "func", None), "id", "") in {
        "TypeVar",
        "ParamSpec",
    }:
        return []
    names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
    return [name for name in names if re.fullmatch(r"[A-Z][A-Z0-9_]*", name)]


ERRORS = {
    node.name
    for node in ast.parse((ROOT / "llmos_core" / "errors.py").read_text("utf-8")).body
    if isinstance(node, ast.ClassDef)
}


def raised_by(node: ast.AST) -> set[str]:
    """Return the llmos errors that a function raises itself, and does not catch itself."""
    found: set[str] = set()
    caught = {
        name.id
        for handler in ast.walk(node)
        if isinstance(handler, ast.ExceptHandler) and handler.type is not None
        for name in ast.walk(handler.type)
        if isinstance(name, ast.Name)
    }
    for one in ast.walk(node):
        if isinstance(one, ast.Raise) and isinstance(one.exc, ast.Call) and isinstance(one.exc.func, ast.Name):
            found.add(one.exc.func.id)
    return (found & ERRORS) - caught - ({"LlmosError"} & caught)


NUMBERS = {"int", "float"}
"""Every Decimal is an amount of US dollars: a rule of the house."""

UNIT_IN_NAME = re.compile(
    r"_(s|ms|ns|usd|bytes|kb|mb|chars|tokens|turns|calls|fraction|percent|days|hours|lines|modules)$"
    r"|(^|_)(index|indexes|number|count|limit|port|line|lineno|column|width|height|position|place|start|stop|step|first|"
    r"last|least|most|size|total|rank|depth|offset|min|max|length|digits|turn|turns|tokens|calls|lines|uses|successes|"
    r"failures|attempts|examples|score|threshold|confidence|at|end|shots|evidence|characters|level|seconds|status|priority|complexity|capacity|"
    r"year|day|hour|minute|pid|version|code|round|generation|share|at_most|times)(_|$)"
)
IDENTITIES = {"seal", "reserved_seal", "settled_seal", "stamp", "state", "descriptor", "inode", "folder", "sign"}
"""Numbers that measure nothing: they are only compared."""

UNIT_WORDS = re.compile(
    r"second|dollar|USD|byte|character|token|turn|percent|hundredth|0 to 1|0–1|0 to 2|number of|how many|how often|"
    r"count|index|unit|digits|lines?\b|port\b|code|version|folders|days|hours|share|level|probab|likeness|score|weight",
    re.IGNORECASE,
)


def bare_numbers(found: Public) -> Iterator[str]:
    """Yield the public parameters and fields that are numbers, and whose unit stands neither in name nor docstring."""
    said = f"{found.text}\n{found.around}"
    for name, annotation in _annotated(found.node):
        options = {option.strip() for option in ast.unparse(annotation).split("|")}
        is_number = bool(options & NUMBERS) and options <= NUMBERS | {"None"}
        is_told = UNIT_IN_NAME.search(name) or (name in re.findall(r"\w+", said) and UNIT_WORDS.search(said))
        if is_number and not name.startswith("_") and name not in IDENTITIES and not is_told:
            yield f"{found.place}: {found.name}({name})"


def _annotated(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        yield from ((one.arg, one.annotation) for one in arguments if one.annotation is not None)
    if isinstance(node, ast.ClassDef) and not node.name.endswith("Config"):  # sections have laws of their own
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and not _has_unit(one.value):
                yield one.target.id, one.annotation


def _has_unit(value: ast.AST | None) -> bool:
    """Say whether a field's own helper tells its help and unit."""
    return isinstance(value, ast.Call) and any(word.arg in {"help", "unit", "metadata"} for word in value.keywords)


def test_every_public_name_has_a_docstring() -> None:
    silent = [f"{found.place}: {found.name}" for found in definitions() if not found.text.strip()]
    assert silent == []


def test_every_public_constant_is_explained() -> None:
    silent = [f"{place}: {name}" for place, name, is_told in constants() if not is_told]
    assert silent == []


def test_every_error_that_a_public_function_raises_is_named() -> None:
    unnamed = []
    for found in definitions():
        if isinstance(found.node, ast.ClassDef) or found.place.startswith("llmos_std/cli/"):
            continue  # the text of a command is its help; its errors become exit codes
        missing = sorted(error for error in raised_by(found.node) if error not in f"{found.text}{found.around}")
        unnamed += [f"{found.place}: {found.name} raises {error}" for error in missing]
    assert unnamed == []


def test_every_public_number_has_a_unit() -> None:
    assert [bare for found in definitions() for bare in bare_numbers(found)] == []


def test_the_heuristics_find_what_they_are_for() -> None:
    source = '''
def wait(delay: float, timeout_s: float) -> None:
    """Wait."""
    if delay < 0:
        raise UsageError("no")

def pause(delay: float) -> None:
    """Wait for `delay` seconds."""
'''
    module = ast.parse(source)
    wait, pause = _inside(module, "x.py", "", "")
    assert list(bare_numbers(wait)) == ["x.py:2: wait(delay)"]
    assert list(bare_numbers(pause)) == []
    assert raised_by(wait.node) == {"UsageError"}
    assert "UsageError" not in wait.text

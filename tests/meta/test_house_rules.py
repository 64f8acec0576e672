"""The rules of the house that a machine can check: sizes, docstrings, types, style, and who may import whom."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MOST_LINES, MOST_FUNCTION_LINES = 300, 50


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(path: Path) -> set[str]:
    """Return the llmos modules that a file imports, wherever it does so, except only for annotations."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            return
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("llmos_"):
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.startswith("llmos_"))
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(tree)
    return found


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
    return name.removesuffix(".__init__")


def test_files_and_functions_stay_small_and_say_what_they_are() -> None:
    faults = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        if text.count("\n") > MOST_LINES:
            faults.append(f"{path.name}: {text.count(chr(10))} lines")
        if not ast.get_docstring(tree):
            faults.append(f"{path.name}: no docstring")
        for node in functions(tree):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                faults.append(f"{path.name}:{node.lineno}: {node.name} has {length} lines")
    assert faults == []


def test_no_module_imports_itself_by_a_detour() -> None:
    modules = {module_of(path): path for path in SOURCES}
    edges = {name: {other for other in imported(path) if other in modules} - {name} for name, path in modules.items()}
    left = dict(edges)
    while leaves := [name for name, others in left.items() if not others & set(left)]:
        for name in leaves:
            del left[name]
    cycles = {name: sorted(others & set(left)) for name, others in left.items()}
    assert cycles == {}


@pytest.mark.parametrize(
    "command", [("ruff", "check", "."), ("ruff", "format", "--check", "src"), ("mypy",), ("lint-imports",)]
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    tool = shutil.which(command[0], path=str(Path(sys.executable).parent)) or shutil.which(command[0])
    if tool is None:
        pytest.skip(f"{command[0]} is not installed; it comes with the extra `dev`")
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""The tools that a workspace brings along: every `@llm_tool` function in the Python files of its plugins folder.

Loading runs the files' code. Whether the folder is trusted, the caller has to know before.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from llmos_core.types.json import text_digest
from llmos_std.tools.functions import FunctionTool

if TYPE_CHECKING:
    from llmos_core.protocols.acting import Tool


def load_workspace_tools(folder: Path) -> "tuple[list[Tool], list[str]]":
    """Return the tools of a folder's *.py files as they are now, and one sentence per thing left out.

    See `tools_of` for what counts. A missing folder holds no tools.
    """
    sources, problems = dict[str, bytes](), list[str]()
    for path in sorted(folder.glob("*.py")):
        try:
            sources[path.stem] = path.read_bytes()
        except OSError as error:
            problems.append(f"{path}: {_described(error)}")
    tools, more = tools_of(folder, sources)
    return tools, problems + more


def tools_of(folder: Path, sources: Mapping[str, bytes]) -> "tuple[list[Tool], list[str]]":
    """Return the tools that these sources of `folder` define, by module name, and one sentence per thing left out.

    Exactly these bytes are run; no file is read. Tools come in the order of modules and names. A module whose name
    begins with an underscore or a dot is a helper and is passed over; of two tools with one name the first stays.
    """
    tools, problems = dict[str, "Tool"](), list[str]()
    for name, source in sorted(sources.items()):
        path = folder / f"{name}.py"
        if name.startswith(("_", ".")):
            continue
        try:
            functions = _functions_of(path, source)
        except Exception as error:  # noqa: BLE001 – a user's file may raise anything
            problems.append(f"{path}: {_described(error)}")
            continue
        for function in functions:
            if function.name in tools:
                problems.append(f"{path}: there is already a tool named {function.name}; give this one another name")
                continue
            try:
                tools[function.name] = function.as_tool()
            except Exception as error:  # noqa: BLE001 – reading a signature runs a user's type hints
                problems.append(f"{path}: {_described(error)}")
    return list(tools.values()), problems


def _functions_of(path: Path, source: bytes) -> "list[FunctionTool[..., object]]":
    """Run a file's source and return the functions decorated in it, not those it imports."""
    name = f"llmos_workspace_{text_digest(str(path.resolve()))[:16]}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # type hints and dataclasses look their module up there
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102 – the point
    except SystemExit as error:
        del sys.modules[name]
        raise RuntimeError(f"it ends the program (exit {error.code})") from error
    except BaseException:
        del sys.modules[name]
        raise
    found = {id(value): value for value in vars(module).values() if isinstance(value, FunctionTool)}
    return sorted((each for each in found.values() if each.function.__module__ == name), key=lambda each: each.name)


def _described(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}; mend the file"
    return f"{type(error).__name__}: {error}; mend the file, or move it out of the folder"

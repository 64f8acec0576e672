"""The tools that a workspace brings along: every `@llm_tool` function in the Python files of its plugins folder.

Loading runs the files' code. Whether the folder is trusted, the caller has to know before.
"""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from llmos_std.tools.functions import FunctionTool
from llmos_std.tools.workspace_modules import Loaded, described, load_modules

if TYPE_CHECKING:
    from llmos_core.protocols.acting import Tool


def load_workspace_tools(folder: Path) -> "tuple[list[Tool], list[str]]":
    """Return the tools of a folder's *.py files as they are now, and one sentence per thing left out.

    See `tools_in` for what counts. A missing folder holds no tools.
    """
    sources, problems = dict[str, bytes](), list[str]()
    for path in sorted(folder.glob("*.py")):
        try:
            sources[path.stem] = path.read_bytes()
        except OSError as error:
            problems.append(f"{path}: {described(error)}")
    tools, more = tools_of(folder, sources)
    return tools, problems + more


def tools_of(folder: Path, sources: Mapping[str, bytes]) -> "tuple[list[Tool], list[str]]":
    """Return the tools that these sources of `folder` define, by module name, and one sentence per thing left out.

    Exactly these bytes are run; no file is read.
    """
    return tools_in(load_modules(folder, sources))


def tools_in(loaded: Loaded) -> "tuple[list[Tool], list[str]]":
    """Return the tools of modules, in the order of modules and names, and one sentence per thing left out.

    Of two tools with one name the first stays.
    """
    tools, problems = dict[str, "Tool"](), list(loaded.broken.values())
    for name, module in loaded.modules.items():
        path = loaded.path(name)
        for function in _functions_of(module):
            if function.name in tools:
                problems.append(f"{path}: there is already a tool named {function.name}; give this one another name")
                continue
            try:
                tools[function.name] = function.as_tool()
            except Exception as error:  # noqa: BLE001 – reading a signature runs a user's type hints
                problems.append(f"{path}: {described(error)}")
    return list(tools.values()), problems


def _functions_of(module: ModuleType) -> "list[FunctionTool[..., object]]":
    """Return the functions decorated in a module, not those it imports."""
    found = {id(value): value for value in vars(module).values() if isinstance(value, FunctionTool)}
    own = (each for each in found.values() if each.function.__module__ == module.__name__)
    return sorted(own, key=lambda each: each.name)

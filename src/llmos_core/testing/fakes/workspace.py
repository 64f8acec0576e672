"""A workspace in memory: a few files, four tools over them, and a log of every call that was really made."""

from collections.abc import Callable, Mapping
from typing import Any

from llmos_core.errors import ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.types.json import JsonObject, text_digest
from llmos_core.types.tools import Effect, Probe, ToolSpec


class MemoryWorkspace:
    """Files by path, letters that were sent, and `log`: tool and arguments of each call, in order.

    `tools()` are `Read` (reads), `Write` (may be repeated), `Append` (can be taken back, not repeated) and `Send`
    (cannot be taken back, and cannot be looked at).
    """

    def __init__(self, files: Mapping[str, str] | None = None) -> None:
        self.files = dict(files or {})
        self.sent: list[str] = []
        self.log: list[tuple[str, dict[str, Any]]] = []

    def tools(self) -> tuple["MemoryTool", ...]:
        """Return the four tools of this workspace."""
        return tuple(MemoryTool(self, name, *row) for name, row in _TOOLS.items())


class MemoryTool:
    """One tool of a `MemoryWorkspace`. `spec` is its face."""

    def __init__(
        self,
        workspace: MemoryWorkspace,
        name: str,
        effect: Effect,
        parameters: tuple[str, ...],
        act: Callable[..., Any],
    ) -> None:
        self._workspace = workspace
        self._act = act
        schema = {
            "type": "object",
            "properties": {parameter: {"type": "string"} for parameter in parameters},
            "required": list(parameters),
            "additionalProperties": False,
        }
        summary = f"{name} in a workspace that is kept in memory."
        self.spec = ToolSpec(name=name, description=summary, parameters=schema, effect=effect)

    def call(self, arguments: JsonObject, _context: ToolContext) -> Any:
        """Log the call and do it. Raises ToolError when a file is not there."""
        self._workspace.log.append((self.spec.name, dict(arguments)))
        return self._act(self._workspace, **arguments)

    def probe(self, arguments: JsonObject, _context: ToolContext) -> Probe | None:
        """Return the state and digest of the file that a call is about; None for a letter."""
        if self.spec.effect.is_final:
            return None
        text = self._workspace.files.get(arguments.get("path", ""))
        return {"state": "absent"} if text is None else {"state": "file", "sha256": text_digest(text)}


def _read(workspace: MemoryWorkspace, path: str) -> str:
    if path not in workspace.files:
        raise ToolError(f"there is no file {path}; `Write` makes one")
    return workspace.files[path]


def _write(workspace: MemoryWorkspace, path: str, content: str) -> dict[str, str]:
    workspace.files[path] = content
    return {"path": path}


def _append(workspace: MemoryWorkspace, path: str, content: str) -> dict[str, int]:
    workspace.files[path] = _read(workspace, path) + content
    return {"chars": len(workspace.files[path])}


def _send(workspace: MemoryWorkspace, content: str) -> dict[str, bool]:
    workspace.sent.append(content)
    return {"sent": True}


_TOOLS: dict[str, tuple[Effect, tuple[str, ...], Callable[..., Any]]] = {
    "Read": (Effect.READ, ("path",), _read),
    "Write": (Effect.IDEMPOTENT_WRITE, ("path", "content"), _write),
    "Append": (Effect.REVERSIBLE_WRITE, ("path", "content"), _append),
    "Send": (Effect.IRREVERSIBLE, ("content",), _send),
}

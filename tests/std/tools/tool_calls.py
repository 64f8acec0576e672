"""A workspace with something outside of it worth protecting, and a way to call tools in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from llmos_core import aio
from llmos_core.protocols.acting import ToolContext

SECRET = "the secret that nobody may read"


class Scene:
    """A folder with the workspace `ws` in it and neighbours that must stay as they are."""

    def __init__(self, folder: Path, *, timeout_s: float = 120.0, environ: dict[str, str] | None = None) -> None:
        self.outside = folder
        self.workspace = folder / "ws"
        self.workspace.mkdir()
        (folder / "ws-evil").mkdir()
        (folder / "ws-evil" / "secret.txt").write_text(SECRET)
        (folder / "secret.txt").write_text(SECRET)
        self.context = ToolContext(workspace=self.workspace, run_id="r", timeout_s=timeout_s, environ=environ or {})

    def call(self, tool: Any, **arguments: Any) -> Any:
        """Call a tool as the kernel does."""
        return aio.run(aio.call(tool.call, arguments, self.context))

    def probe(self, tool: Any, **arguments: Any) -> Any:
        """Let a tool look."""
        return tool.probe(arguments, self.context)

    def put(self, path: str, text: str = "") -> Path:
        """Make a file with its folders; newlines stay as they are."""
        file = self.workspace / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def neighbours(self) -> dict[str, str]:
        """Everything outside the workspace, with its content; a link counts as what it says."""
        found = {}
        for path in sorted(self.outside.rglob("*")):
            if self.workspace not in path.parents and path != self.workspace:
                found[str(path)] = path.read_text() if path.is_file() else "folder"
        return found


@contextmanager
def open_scene(**options: Any) -> Iterator[Scene]:
    """Yield a fresh scene; for Hypothesis, which calls a test many times."""
    with TemporaryDirectory() as folder:
        yield Scene(Path(folder).resolve(), **options)

"""A small world for planners: the eight tools over one folder, and a loop that asks a provider until it is done."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import attrs

from llmos_core.errors import NoModelError, ToolError
from llmos_core.types.model import ModelRequest
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult, ToolSpec
from llmos_core.types.transcript import Exchange, Origin, StepRecord, Transcript, Turn

READ_ONLY = frozenset({"Read", "Glob", "Grep"})
NAMES = ("Read", "Write", "Edit", "Glob", "Grep", "Bash", "WebFetch", "Python")
SPECS = tuple(ToolSpec(name=name, description=name, parameters={"type": "object"}) for name in NAMES)
MAX_TURNS = 20


@attrs.frozen
class Ended:
    """How a run ended: the answer, or why there is none, and every call that was made."""

    answer: str | None
    refusal: str
    calls: tuple[ToolCall, ...]

    @property
    def acted(self) -> bool:
        return any(call.tool not in READ_ONLY for call in self.calls)


class World:
    """The folder and its tools; `pages` are what the web answers."""

    def __init__(self, root: Path, pages: dict[str, str] | None = None) -> None:
        self.root = root
        self.pages = pages or {}

    def run(self, provider: Any, goal: str) -> Ended:
        """Ask the provider for turns and make its calls until it answers or refuses."""
        transcript = Transcript(goal=goal)
        for _turn in range(MAX_TURNS):
            request = ModelRequest(messages=(), tools=SPECS, transcript=transcript)
            calls = tuple(step.call for step in transcript.steps())
            try:
                reply = provider.complete(request, lambda _text: None)
            except NoModelError as error:
                return Ended(None, str(error), calls)
            if not reply.calls:
                return Ended(reply.text, "", calls)
            transcript = transcript.plus(self._exchange(transcript, reply.text, reply.calls))
        raise AssertionError(f"no answer to {goal!r} after {MAX_TURNS} turns")

    def _exchange(self, transcript: Transcript, text: str, calls: tuple[ToolCall, ...]) -> Exchange:
        first = len(list(transcript.steps()))
        steps = tuple(
            StepRecord(index=first + at, call=call, result=self.result(call), fingerprint="", effect=Effect.UNKNOWN)
            for at, call in enumerate(calls)
        )
        return Exchange(turn=Turn(origin=Origin.MODEL, text=text, calls=calls), steps=steps)

    def result(self, call: ToolCall) -> ToolResult:
        """Make one call as the real tools would."""
        try:
            content = getattr(self, f"_{call.tool.lower()}")(**call.arguments)
        except (ToolError, OSError, UnicodeDecodeError) as error:
            return ToolResult(status=CallStatus.ERROR, error=str(error))
        json.dumps(content)
        return ToolResult(status=CallStatus.OK, content=content)

    def _path(self, path: str) -> Path:
        whole = (self.root / path).resolve()
        if not whole.is_relative_to(self.root.resolve()):
            raise ToolError(f"{path} lies outside of the workspace")
        return whole

    def _read(self, path: str, offset: int = 0, limit: int | None = None) -> str:
        lines = self._path(path).read_bytes().decode().splitlines(keepends=True)
        return "".join(lines[offset : None if limit is None else offset + limit])

    def _write(self, path: str, content: str) -> dict[str, Any]:
        target = self._path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode())
        return {"path": path, "size_bytes": len(content.encode())}

    def _edit(self, path: str, old: str, new: str, all: bool = False) -> dict[str, Any]:  # noqa: A002
        text = self._read(path)
        count = text.count(old)
        if not count or (count > 1 and not all):
            raise ToolError(f"{old!r} occurs {count} times in {path}")
        self._write(path, text.replace(old, new))
        return {"path": path, "replaced": count}

    def _glob(self, pattern: str) -> list[str]:
        found = (path for path in self.root.glob(pattern) if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in found)

    def _grep(self, pattern: str, path: str = "**/*") -> list[str]:
        return [
            f"{name}:{number}:{line}"
            for name in self._glob(path)
            for number, line in enumerate(self._read(name).splitlines(), start=1)
            if re.search(pattern, line)
        ]

    def _bash(self, command: str, timeout_s: float = 10) -> dict[str, Any]:
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.root, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        return {"exit_code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}

    def _webfetch(self, url: str) -> dict[str, Any]:
        if url not in self.pages:
            raise ToolError(f"{url} cannot be reached")
        return {"status": 200, "content_type": "text/plain", "text": self.pages[url]}

    def _python(self, code: str) -> str:
        raise ToolError(f"no Python here for {code!r}")

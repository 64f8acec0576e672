"""A command line in a folder and with a home of its own, run in this process: no key, no network, no terminal."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from llmos_std.cli.main import code_of

HELLO = "create a file hello.txt that says hello"


class Shell:
    """A person's shell: `run` gives exit code, standard output and standard error of one command."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.workspace, self.home = folder / "work", folder / "home"
        self.workspace.mkdir()
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.stdin", _Piped(stdin))
        self._capsys.readouterr()
        code = code_of(arguments)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str) -> Any:
        code, out, err = self(*arguments)
        assert code == 0, err
        return json.loads(out)

    def put(self, name: str, text: str) -> Path:
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, text: str) -> None:
        self.home.mkdir(exist_ok=True)
        (self.home / "config.toml").write_text(text, encoding="utf-8")

    def learn(self) -> str:
        """Learn the goal HELLO and return the trace's id."""
        return str(self.json("run", HELLO, "--json")["trace_id"])

    def files(self) -> set[str]:
        return {str(path.relative_to(self.workspace)) for path in self.workspace.rglob("*")}


class _Piped(io.StringIO):
    """Standard input that was redirected from a file: what is in it is there at once."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._file = os.open(os.devnull, os.O_RDONLY)

    def fileno(self) -> int:
        return self._file

    def close(self) -> None:
        if not self.closed:
            os.close(self._file)
        super().close()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    made = Shell(tmp_path, monkeypatch, capsys)
    for name in os.environ:
        if name.startswith(("LLMOS_", "OPENAI_", "ANTHROPIC_", "OLLAMA_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LLMOS_HOME", str(made.home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(made.workspace)
    made.configure('[model]\nprovider = "builtin"\n')
    return made

"""Run the installed `llmos` command as people do: a process of its own, in a folder of its own, with a home of its own.

The environment is nearly empty, so no key and no proxy of the machine reaches a test; every process has a time limit.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from llmos_core.config.paths import find_paths
from llmos_core.protocols.storing import Episode
from llmos_std.journal.journal import SqliteJournal

LLMOS = str(Path(sys.executable).with_name("llmos"))
LIMIT_S = 180.0
KEY = "sk-test-0123456789abcdef0123456789abcdef"
SCHEMA = json.loads((Path(__file__).parents[2] / "specs" / "result" / "1" / "schema.json").read_text("utf-8"))


@dataclass(frozen=True)
class Done:
    """How one process ended."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """The one JSON value on standard output, which satisfies specs/result/1; AssertionError when it is not."""
        value: dict[str, Any] = json.loads(self.out)
        jsonschema.validate(value, SCHEMA)
        return value

    @property
    def tools(self) -> list[str]:
        """The tools of the result's steps, each as "Tool status"."""
        return [f"{step['tool']} {step['status']}" for step in self.result["steps"]]


class Place:
    """A workspace and a user's home under one folder; `url` is where the configured model answers."""

    def __init__(self, root: Path, url: str = "", **changes: str) -> None:
        self.root, self.home, self.folder = root, root / "home", root / "work"
        self.home.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(exist_ok=True)
        self.key = KEY
        if url:
            self.configure(url, **changes)

    def copied_to(self, root: Path) -> "Place":
        """Return a place with the same files under another folder."""
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return Place(root)

    def configure(self, url: str, *, model: str = "openai/gpt-4o-mini", more: str = "") -> None:
        """Write the user's configuration: one model behind one address, with one quick retry."""
        lines = ["[provider.litellm]", f'model = "{model}"', f'api_base = "{url}"', "retries = 1"]
        (self.home / "config.toml").write_text("\n".join([*lines, "retry_delay_s = 0.01", more, ""]), "utf-8")

    def forget_model(self) -> None:
        """Take the configured model and the key away."""
        (self.home / "config.toml").unlink()
        self.key = ""

    @property
    def environ(self) -> dict[str, str]:
        """What every process gets, and nothing else."""
        path = os.environ.get("PATH", os.defpath)
        kept = {name: os.environ[name] for name in ("COVERAGE_PROCESS_START", "TMPDIR") if name in os.environ}
        named = {"LLMOS_HOME": str(self.home), "HOME": str(self.home), "LANG": "C.UTF-8", "OPENAI_API_KEY": self.key}
        return {"PATH": path, **kept, **named}

    def start(self, *arguments: str, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        """Start the command and return its process, with its output in pipes and an empty standard input."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        environ = {**self.environ, **(env or {})}
        return subprocess.Popen(
            [LLMOS, *arguments], cwd=self.folder, env=environ, encoding="utf-8", **{**streams, **options}
        )

    def call(self, *arguments: str, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Done:
        """Run the command to its end; no run may ever end in a traceback."""
        options = {} if stdin is None else {"stdin": subprocess.PIPE}
        return ended(self.start(*arguments, env=env, **options), stdin)

    def run(self, goal: str, *options: str, env: Mapping[str, str] | None = None) -> Done:
        """Run `llmos run GOAL --json` to its end."""
        return self.call("run", goal, "--json", *options, env=env)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the workspace and return its path."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def read(self, name: str) -> str:
        """Return what a file of the workspace holds."""
        return (self.folder / name).read_text("utf-8")

    @property
    def names(self) -> set[str]:
        """What the workspace holds besides llmos's own folder."""
        return {path.name for path in self.folder.iterdir()} - {".llmos"}

    @property
    def traces(self) -> list[Path]:
        """The files of the learned traces."""
        return sorted(find_paths(self.folder, self.environ).traces.glob("**/*.md"))

    def episodes(self) -> tuple[Episode, ...]:
        """Return every run in the journal with all that it did, newest first."""
        with closing(SqliteJournal(find_paths(self.folder, self.environ).state)) as journal:
            told = [journal.episode(head.run_id) for head in journal.episodes()]
        return tuple(episode for episode in told if episode is not None)

    def episode(self, run_id: str) -> Episode:
        """Return one run of the journal; AssertionError when it is not there."""
        found = [episode for episode in self.episodes() if episode.run_id == run_id]
        assert len(found) == 1, f"run {run_id} is in the journal {len(found)} times"
        return found[0]


def ended(process: subprocess.Popen[str], stdin: str | None = None) -> Done:
    """Wait for a process and return how it ended; one that takes too long is killed and fails the test."""
    try:
        out, err = process.communicate(stdin, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"llmos did not end within {LIMIT_S:g} s; it said {out!r} and {err!r}") from None
    out, err = out or "", err or ""
    assert "Traceback" not in out + err, err
    assert KEY not in out + err, "the key was shown"
    return Done(process.returncode, out, err)

"""Play the examples of a document: its blocks in their order, in one new workspace of its own, without any key.

* ```console: each line after `$ ` runs in a shell and ends with 0, or with N where the line ends in `# exit N`. Lines
  without `$ ` are lines that it printed, in this order, perhaps with others between; `…` stands for any text, and
  columns may be set wider or closer.
* any block under `<!-- file: PATH -->` is written to that file of the workspace;
* ```python runs as a program;
* ```toml is loaded as the user's configuration; under `<!-- configuration -->` it stays the configuration from there
  on, up to the next one.
* a block under `<!-- not run: reason -->` is left alone.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^(?:<!-- ([^\n]*) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
CONFIGURATION = "configuration"


class Block(NamedTuple):
    """One fenced block: the comment directly above it ("" for none), its language, its text and its line."""

    note: str
    language: str
    text: str
    line: int

    @property
    def is_example(self) -> bool:
        """Whether it is played."""
        is_played = self.language in {"console", "python", "toml"} or self.note.startswith("file:")
        return is_played and not self.note.startswith("not run:")


def blocks(path: Path) -> list[Block]:
    text = path.read_text("utf-8")
    return [
        Block(found[1] or "", found[2], found[3], text.count("\n", 0, found.start()) + 1)
        for found in _BLOCK.finditer(text)
    ]


def examples(path: Path) -> list[Block]:
    return [block for block in blocks(path) if block.is_example]


def needs_pip(path: Path) -> bool:
    """Say whether a document installs something: it is then played with real wheels, by tests/plugins."""
    return any("$ pip install" in block.text for block in examples(path) if block.language == "console")


def prose(path: Path) -> str:
    """Return a document without its blocks and code spans, where what looks like a link is none."""
    return re.sub(r"`[^`\n]*`", "", _BLOCK.sub("", path.read_text("utf-8")))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Return each command of a console block with the lines that it shows as printed."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip() not in {"", "…"} and found:
            found[-1][1].append(line.strip())
    return found


def is_shown(shown: list[str], printed: str) -> bool:
    """Say whether the shown lines stand in what was printed, whole and in this order; `…` is any text."""
    patterns = [re.escape(" ".join(line.split())).replace("…", ".*") for line in shown]
    lines = iter([" ".join(line.split()) for line in printed.splitlines()])
    return all(any(re.fullmatch(pattern, line) for line in lines) for pattern in patterns)


class Scene:
    """A workspace and a home in which one document's examples are played with the commands of one folder."""

    def __init__(self, folder: Path, commands: Path) -> None:
        self.workspace, home = folder / "workspace", folder / "home"
        for made in (self.workspace, home):
            made.mkdir()
        self.config = home / "config.toml"
        self.config.write_text('[model]\nprovider = "builtin"\n')
        self._python = str(commands / "python")
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        self.environ = {
            **kept,
            "PATH": f"{commands}:/usr/bin:/bin",
            "LLMOS_HOME": str(home),
            "HOME": str(folder),
            "EDITOR": "true",
        }

    def play_all(self, path: Path) -> None:
        """Play every example of a document; an AssertionError names the place, and what happened instead."""
        for block in examples(path):
            self.play(block, f"{name_of(path)}:{block.line}")

    def play(self, block: Block, place: str) -> None:
        if block.note.startswith("file:"):
            target = self.workspace / block.note.removeprefix("file:").strip()
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text)
        elif block.language == "console":
            self._play_console(block.text, place)
        elif block.language == "python":
            done = self.run(self._python, "-c", block.text)
            assert done.returncode == 0, f"{place}: {done.stderr}"
        else:
            self._load(block, place)

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run one command in the workspace."""
        return subprocess.run(
            command,
            cwd=self.workspace,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def _load(self, block: Block, place: str) -> None:
        before = self.config.read_text()
        self.config.write_text(block.text)
        try:
            done = self.run("llmos", "config", "show")
        finally:
            self.config.write_text(block.text if block.note == CONFIGURATION else before)
        assert (done.returncode, done.stderr) == (0, ""), f"{place}: {done.stderr}"

    def _play_console(self, text: str, place: str) -> None:
        for command, printed in commands(text):
            wanted = int(found[1]) if (found := _EXIT.search(command)) else 0
            done = self.run("sh", "-c", command)
            said = done.stdout + done.stderr
            assert done.returncode == wanted, f"{place}: {command}: exit {done.returncode}: {said}"
            assert is_shown(printed, said), f"{place}: {command}: shown {printed}, printed:\n{said}"


def write_command(path: Path, text: str) -> None:
    """Write an executable file."""
    path.write_text(text)
    path.chmod(0o755)


def broken_links(path: Path) -> Iterator[str]:
    for link in re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield link


def linked_from(path: Path) -> set[Path]:
    """Return the files that a document links to."""
    links = re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", prose(path))
    return {(path.parent / link.partition("#")[0]).resolve() for link in links}


def _anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}

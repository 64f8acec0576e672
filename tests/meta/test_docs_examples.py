"""Law: what the documents show is what happens. Links lead somewhere, and every example of README and docs is run.

A document's blocks run in their order in one new workspace of its own, with the built-in planner and no key:

* ```console: each line after `$ ` runs in a shell and ends with 0, or with N where the line ends in `# exit N`. Lines
  without `$ ` are lines that it printed, in this order, perhaps with others between; `…` stands for any text, and
  columns may be set wider or closer.
* any block under `<!-- file: PATH -->` is written to that file of the workspace;
* ```python runs as a program; ```toml is loaded as the user's configuration;
* a block under `<!-- not run: reason -->` is left alone.

`pip install FOLDER` is played by a stand-in that only writes what an installation leaves: metadata and the path.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^(?:<!-- ([^\n]*) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
_PIP = '''#!{python}
"""Installs like `pip install FOLDER` does, as far as finding plugins goes."""
import sys, tomllib
from pathlib import Path
folder = Path(sys.argv[-1]).absolute()
project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
info = Path({site!r}) / f"{{project['name'].replace('-', '_')}}-{{project['version']}}.dist-info"
info.mkdir(parents=True)
about = f"Name: {{project['name']}}\\nVersion: {{project['version']}}\\n"
(info / "METADATA").write_text("Metadata-Version: 2.1\\n" + about)
groups = project["entry-points"].items()
lines = [f"[{{group}}]\\n" + "".join(f"{{k}} = {{v}}\\n" for k, v in points.items()) for group, points in groups]
(info / "entry_points.txt").write_text("".join(lines))
for package in (folder / "src").iterdir():
    (Path({site!r}) / package.name).symlink_to(package)
'''


class Block(NamedTuple):
    """One fenced block: the comment directly above it ("" for none), its language, its text and its line."""

    note: str
    language: str
    text: str
    line: int


def blocks(path: Path) -> list[Block]:
    text = path.read_text("utf-8")
    return [
        Block(found[1] or "", found[2], found[3], text.count("\n", 0, found.start()) + 1)
        for found in _BLOCK.finditer(text)
    ]


def prose(path: Path) -> str:
    """Return a document without its blocks and code spans, where what looks like a link is none."""
    return re.sub(r"`[^`\n]*`", "", _BLOCK.sub("", path.read_text("utf-8")))


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken_links(path: Path) -> Iterator[str]:
    for link in _LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    assert list(broken_links(path)) == []


def test_the_index_names_every_document() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link).resolve() for link in _LINK.findall(prose(index))}
    documents = {path.resolve() for path in (ROOT / "docs").rglob("*.md")} - {index.resolve()}
    assert documents - linked == set()


def test_no_document_names_a_path_of_somebodys_machine() -> None:
    private = re.compile(r"/home/|/Users/|/root/|/work/")
    assert [name_of(path) for path in DOCUMENTS if private.search(path.read_text("utf-8"))] == []


def test_the_readme_has_two_shell_blocks_and_the_second_is_what_is_checked() -> None:
    commands = [block.text.strip() for block in blocks(ROOT / "README.md") if block.language == "sh"]
    run = subprocess.run(
        ["bash", "-c", "awk '/^```sh$/ {n += 1; inside = 1; next} /^```$/ {inside = 0} inside && n == 2' README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(commands) == 2
    assert run.stdout.strip() == commands[1]
    assert "inside && block == 2' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


def is_example(block: Block) -> bool:
    return not block.note.startswith("not run:") and (
        block.language in {"console", "python", "toml"} or block.note.startswith("file:")
    )


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if any(map(is_example, blocks(p)))], ids=name_of)
def test_every_example_does_what_it_shows(path: Path, tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for block in filter(is_example, blocks(path)):
        scene.play(block, f"{name_of(path)}:{block.line}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_whatever_is_not_run_says_why(path: Path) -> None:
    reasons = [block.note.removeprefix("not run:") for block in blocks(path) if block.note.startswith("not run")]
    assert all(reason.strip() for reason in reasons)


class Scene:
    """A workspace, a home and a command path, in which one document's examples are played."""

    def __init__(self, folder: Path) -> None:
        self.workspace, home, tools, site = (folder / name for name in ("workspace", "home", "bin", "site"))
        for made in (self.workspace, home, tools, site):
            made.mkdir()
        self.config = home / "config.toml"
        body = "from llmos_std.cli.main import main; main()"
        self._tool(tools / "llmos", f'#!/bin/sh\nexec "{sys.executable}" -c "{body}" "$@"\n')
        self._tool(tools / "pip", _PIP.format(python=sys.executable, site=str(site)))
        self._tool(tools / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
        self.environ = {
            **kept,
            "PATH": f"{tools}:/usr/bin:/bin",
            "LLMOS_HOME": str(home),
            "LLMOS_MODEL__PROVIDER": "builtin",
            "PYTHONPATH": str(site),
            "HOME": str(folder),
            "EDITOR": "true",
        }

    @staticmethod
    def _tool(path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def play(self, block: Block, place: str) -> None:
        if block.note.startswith("file:"):
            target = self.workspace / block.note.removeprefix("file:").strip()
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text)
        elif block.language == "console":
            self._play_console(block.text, place)
        elif block.language == "python":
            done = self._run([sys.executable, "-c", block.text])
            assert done.returncode == 0, f"{place}: {done.stderr}"
        else:
            self._load(block.text, place)

    def _load(self, text: str, place: str) -> None:
        before = self.config.read_text() if self.config.exists() else None
        self.config.write_text(text)
        try:
            done = self._run(["llmos", "config", "show"])
        finally:
            self.config.unlink()
            if before is not None:
                self.config.write_text(before)
        assert (done.returncode, done.stderr) == (0, ""), f"{place}: {done.stderr}"

    def _play_console(self, text: str, place: str) -> None:
        for command, printed in commands(text):
            wanted = int(found[1]) if (found := _EXIT.search(command)) else 0
            done = self._run(["sh", "-c", command])
            said = done.stdout + done.stderr
            assert done.returncode == wanted, f"{place}: {command}: exit {done.returncode}: {said}"
            assert is_shown(printed, said), f"{place}: {command}: shown {printed}, printed:\n{said}"

    def _run(self, command: list[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            cwd=self.workspace,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


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


def test_shown_lines_are_compared_whole_and_in_order() -> None:
    assert is_shown(["a … c", "d"], "a b c\nx\nd\n")
    assert not is_shown(["d", "a … c"], "a b c\nd\n")
    assert not is_shown(["a"], "ab\n")
    assert commands("$ one\n…\nout\n\n$ two # exit 6\n") == [("one", ["out"]), ("two # exit 6", [])]

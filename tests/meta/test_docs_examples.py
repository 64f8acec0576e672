"""Law: what the documents show is what happens. Links lead somewhere, and every example of README and docs is run.

How a document is played stands in tests/docs_scene.py. Documents that install something are played by
tests/plugins/test_plugins_documents.py, with wheels and environments of their own.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs_scene import (
    DOCUMENTS,
    ROOT,
    Scene,
    blocks,
    broken_links,
    commands,
    examples,
    is_shown,
    linked_from,
    name_of,
    needs_pip,
    write_command,
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    assert list(broken_links(path)) == []


def test_the_index_names_every_document() -> None:
    index = ROOT / "docs" / "README.md"
    documents = {path.resolve() for path in (ROOT / "docs").rglob("*.md")} - {index.resolve()}
    assert documents - linked_from(index) == set()


def test_no_document_names_a_path_of_somebodys_machine() -> None:
    private = re.compile(r"/home/|/Users/|/root/|/work/")
    assert [name_of(path) for path in DOCUMENTS if private.search(path.read_text("utf-8"))] == []


def test_the_readme_has_two_shell_blocks_and_the_second_is_what_is_checked() -> None:
    shell = [block.text.strip() for block in blocks(ROOT / "README.md") if block.language == "sh"]
    run = subprocess.run(
        ["bash", "-c", "awk '/^```sh$/ {n += 1; inside = 1; next} /^```$/ {inside = 0} inside && n == 2' README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(shell) == 2
    assert run.stdout.strip() == shell[1]
    assert "inside && block == 2' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if examples(p) and not needs_pip(p)], ids=name_of)
def test_every_example_does_what_it_shows(path: Path, tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    body = "from llmos_std.cli.main import main; main()"
    write_command(bin_folder / "llmos", f'#!/bin/sh\nexec "{sys.executable}" -c "{body}" "$@"\n')
    write_command(bin_folder / "python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    Scene(tmp_path, bin_folder).play_all(path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_whatever_is_not_run_says_why(path: Path) -> None:
    reasons = [block.note.removeprefix("not run:") for block in blocks(path) if block.note.startswith("not run")]
    assert all(reason.strip() for reason in reasons)


def test_shown_lines_are_compared_whole_and_in_order() -> None:
    assert is_shown(["a … c", "d"], "a b c\nx\nd\n")
    assert not is_shown(["d", "a … c"], "a b c\nd\n")
    assert not is_shown(["a"], "ab\n")
    assert commands("$ one\n…\nout\n\n$ two # exit 6\n") == [("one", ["out"]), ("two # exit 6", [])]

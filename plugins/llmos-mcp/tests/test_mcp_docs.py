"""What docs/how-to/use-mcp.md shows is what happens. The player is the one that plays all of llmos's documents."""

import importlib
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "how-to" / "use-mcp.md"
NOTE = re.compile(r"not run: needs llmos-mcp(?: \((.*)\))?")

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the page is in llmos's repository, which is not here")


def test_every_example_of_the_page_does_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tests"))
    player = importlib.import_module("docs_scene")
    scene = player.Scene(tmp_path, Path(sys.executable).parent)
    played = 0
    for block in player.blocks(PAGE):
        if found := NOTE.fullmatch(block.note):
            scene.play(block._replace(note=found[1] or ""), f"use-mcp.md:{block.line}")
            played += 1
    assert played == 7

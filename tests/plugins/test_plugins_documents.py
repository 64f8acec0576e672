"""Law: a reader who types what a page says gets what it shows, with real wheels in a fresh environment.

Here are the documents that install something; the others are played by tests/meta/test_docs_examples.py.
"""

from pathlib import Path

import pytest

from docs_scene import DOCUMENTS, Scene, name_of, needs_pip

pytestmark = pytest.mark.plugins


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if needs_pip(path)], ids=name_of)
def test_every_example_does_what_it_shows(path: Path, scene: Scene) -> None:
    scene.play_all(path)

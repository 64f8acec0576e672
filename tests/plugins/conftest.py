"""One set of wheels and one fresh environment for the whole session; every test gets a layer of its own on top."""

from pathlib import Path

import pytest
from environments import Environment, Wheels, lend

from docs_scene import Scene


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    """The wheel of every project of this repository, by name."""
    return Wheels(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def fresh(wheels: Wheels, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with nothing but llmos, installed from its wheel, and what the projects need."""
    folder = tmp_path_factory.mktemp("fresh")
    environment = Environment(folder / "venv", search=[lend(folder / "lent")], with_pip=True)
    environment.install(wheels["llmos"])
    return environment


@pytest.fixture
def layer(fresh: Environment, wheels: Wheels, tmp_path: Path) -> Environment:
    """An environment of the test's own, in which llmos is there and nothing else of ours."""
    return fresh.layer(tmp_path / "venv", wheels=wheels.folder)


@pytest.fixture
def scene(layer: Environment, tmp_path: Path) -> Scene:
    """A new workspace and home, with the commands of the test's own environment."""
    return Scene(tmp_path, layer.bin)

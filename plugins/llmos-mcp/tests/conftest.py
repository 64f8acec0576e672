"""Fixtures of the plugin's suite."""

from pathlib import Path

import pytest

from worlds import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Make a world with a raw server that has not been started."""
    return World(tmp_path)

"""The scene of the tools' tests."""

import pytest
from tool_calls import Scene


@pytest.fixture
def scene(tmp_path):
    """A fresh workspace with neighbours."""
    return Scene(tmp_path)

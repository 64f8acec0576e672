"""Fixtures of the plugin's suite."""

from pathlib import Path

import pytest

from worlds import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Make a world with a raw server that has not been started."""
    return World(tmp_path)


@pytest.fixture
def command(world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    """Run the command line in this process, and return its exit code, what it printed and what it complained of."""
    from llmos_std.cli.main import code_of

    def run(*arguments: str, **environ: str) -> tuple[int, str, str]:
        monkeypatch.setenv("LLMOS_HOME", str(world.home))
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        code = code_of(["-C", str(world.workspace), *arguments])
        return code, *capfd.readouterr()

    return run

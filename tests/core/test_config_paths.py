"""User files are where platformdirs puts them, or under LLMOS_HOME; asking creates nothing.

Law: for any environment the folders are exactly those of platformdirs; relative XDG folders count as unset, as their
specification says (older releases of platformdirs take them literally).
"""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.paths import find_paths

folders = st.sampled_from(["", "/x", "/x/", "relative/y", "//double", "/with space/ä", "~", "/x/../y"])
environs = st.fixed_dictionaries(
    {"HOME": st.sampled_from(["/home/someone", "/", "/home/trailing/", "relative", ""])},
    optional=dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), folders),
)


@given(environs)
def test_folders_are_those_of_platformdirs(environ: dict[str, str]) -> None:
    valid = {name: value for name, value in environ.items() if name == "HOME" or value.startswith("/")}
    with patch.dict(os.environ, valid, clear=True):
        paths = find_paths(Path("/"), environ)
        expected = platformdirs.PlatformDirs("llmos", appauthor=False)
        assert str(paths.user_config.parent) == str(expected.user_config_path)
        assert str(paths.user_data) == str(expected.user_data_path)
        assert str(paths.user_state) == str(expected.user_state_path)
        assert str(paths.user_cache) == str(expected.user_cache_path)


def test_without_a_home_platformdirs_is_asked() -> None:
    assert find_paths(Path("/"), {}).user_config == platformdirs.user_config_path("llmos", False) / "config.toml"


def test_one_home_takes_all_of_the_users_files(tmp_path: Path) -> None:
    home = tmp_path / "all"
    paths = find_paths(tmp_path, {"LLMOS_HOME": str(home), "XDG_DATA_HOME": "/elsewhere"})
    assert paths.user_config == home / "config.toml"
    assert (paths.user_data, paths.user_state, paths.user_cache) == (home / "data", home / "state", home / "cache")
    assert not home.exists()


def test_another_configuration_file_moves_nothing_else(tmp_path: Path) -> None:
    paths = find_paths(
        tmp_path, {"LLMOS_HOME": str(tmp_path), "LLMOS_CONFIG": str(tmp_path / "x" / ".." / "other.toml")}
    )
    assert paths.user_config == tmp_path / "other.toml"
    assert paths.user_data == tmp_path / "data"


def test_the_workspace_is_argument_then_variable_then_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("here", "named"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    environ = {"HOME": "/h", "LLMOS_WORKSPACE": "../named"}
    assert find_paths(Path("sub"), environ).workspace == tmp_path / "here" / "sub"
    assert find_paths(None, environ).workspace == tmp_path / "named"
    assert find_paths(None, {"HOME": "/h"}).workspace == tmp_path / "here"


def test_links_to_a_workspace_are_one_workspace(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert find_paths(tmp_path / "link", {"HOME": "/h"}).workspace == tmp_path / "real"


def test_a_current_folder_that_is_gone_is_one_clear_message(tmp_path: Path) -> None:
    code = (
        "import os, sys; from llmos_core.config.paths import find_paths; from llmos_core.errors import UsageError\n"
        "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\n"
        "try: find_paths(None, {'HOME': '/h'})\n"
        "except UsageError as error: print(error)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "no longer exists" in answer.stdout

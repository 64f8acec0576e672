"""Law: a confined program finds other programs only in folders that it can reach, else it stumbles over one it cannot.

Landlock lets names be seen that it lets nobody open, so a folder out of reach may not stay on the search path.
"""

import os
from pathlib import Path

import pytest

from llmos_core.config.paths import find_paths
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.sandbox.landlock import Landlocked


@pytest.fixture
def sandbox(tmp_path: Path) -> Landlocked:
    return Landlocked(SandboxConfig(), find_paths(tmp_path / "work", {"HOME": str(tmp_path)}), machine="x86_64", abi=6)


def test_folders_out_of_reach_are_left_out_in_order(sandbox: Landlocked, tmp_path: Path) -> None:
    shims, own = tmp_path / "shims", tmp_path / "work" / "bin"
    for folder in (shims, own):
        folder.mkdir(parents=True)
    path = os.pathsep.join([str(shims), "/usr/bin", "relative", str(own), "/bin"])
    seen = sandbox._search_path(path, str(tmp_path / "work"))
    assert seen == os.pathsep.join(["/usr/bin", str(own), "/bin"])


def test_a_link_to_a_folder_out_of_reach_is_left_out_as_well(sandbox: Landlocked, tmp_path: Path) -> None:
    (tmp_path / "shims").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "link").symlink_to(tmp_path / "shims")
    seen = sandbox._search_path(f"{tmp_path}/work/link:/usr/bin", str(tmp_path / "work"))
    assert seen == "/usr/bin"


def test_with_nothing_left_the_system_is_searched(sandbox: Landlocked, tmp_path: Path) -> None:
    assert sandbox._search_path(str(tmp_path / "shims"), str(tmp_path / "work")) == os.defpath

"""Discovery finds what importlib.metadata would find, without importing a plugin, and is quick about it.

Law: over any arrangement of distributions on a path, the answers are those of importlib.metadata.
"""

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.plugins.discovery import discover, parse_group
from plugin_makers import make_distribution

NAMES = ("alpha", "beta-tools", "Gamma.Ray", "delta_x")


def by_importlib(path: list[str]) -> set[tuple[str, str, str, str]]:
    """The reference: what importlib.metadata makes of a path, the first distribution of a name winning."""
    seen: set[str] = set()
    found = set()
    for distribution in distributions(path=path):
        key = distribution.metadata["Name"].lower().replace(".", "-").replace("_", "-")
        if key not in seen:
            points = distribution.entry_points.select(group="llmos.plugins")
            found |= {(p.name, p.value, distribution.metadata["Name"], distribution.version) for p in points}
        seen.add(key)
    return found


@pytest.mark.spec("PA-001", "PA-002")
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(NAMES),
            st.sampled_from(["1.0", "2.0.dev1"]),
            st.sampled_from(["dist-info", "egg-info"]),
            st.dictionaries(st.sampled_from(["one", "two-x"]), st.sampled_from(["a.b", "a:c.d"]), max_size=2),
        ),
        max_size=6,
        unique_by=lambda row: (row[0], row[1]),
    )
)
def test_any_path_gives_what_importlib_gives(rows: list[tuple[int, str, str, str, dict[str, str]]]) -> None:
    with TemporaryDirectory() as root:
        folders = [Path(root, str(number)) for number in range(3)]
        for folder in folders:
            folder.mkdir()
        for number, name, version, kind, plugins in rows:
            make_distribution(folders[number], name, plugins, version=version, kind=kind)
        path = [str(folder) for folder in folders]
        found = {(p.name, p.value, p.distribution, p.version) for p in discover(path)}
        assert found == by_importlib(path)


@pytest.mark.spec("PA-002")
def test_the_first_distribution_on_the_path_wins(tmp_path: Path) -> None:
    make_distribution(tmp_path / "early", "twice", {"new": "a"}, version="2")
    make_distribution(tmp_path / "late", "twice", {"old": "b"}, version="1")
    (point,) = discover([str(tmp_path / "early"), str(tmp_path / "late")])
    assert (point.name, point.version, point.folder) == ("new", "2", str(tmp_path / "early"))


def test_a_distribution_that_lost_its_plugins_still_hides_an_older_one(tmp_path: Path) -> None:
    make_distribution(tmp_path / "early", "twice", {})
    make_distribution(tmp_path / "late", "twice", {"old": "b"})
    assert discover([str(tmp_path / "early"), str(tmp_path / "late")]) == ()


def test_this_very_installation_is_found() -> None:
    names = {point.name for point in discover()}
    assert {"std", "std-hooks", "std-providers"} <= names


@pytest.mark.spec("PA-002")
def test_nothing_is_imported(tmp_path: Path) -> None:
    make_distribution(tmp_path, "bomb", {"bomb": "bomb"}, modules={"bomb": "raise SystemExit('imported')"})
    assert [point.name for point in discover([str(tmp_path)])] == ["bomb"]
    assert "bomb" not in sys.modules


def test_importlib_metadata_is_not_imported() -> None:
    code = "import sys, llmos_core.plugins.discovery as d; d.discover(); print('importlib.metadata' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


@pytest.mark.parametrize("path", [["/nowhere/at/all"], ["/dev/null"], []])
def test_what_cannot_be_read_is_passed_over(path: list[str]) -> None:
    assert discover(path) == ()


def test_zip_files_and_files_in_place_of_folders_are_passed_over(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "wheel.whl", "w") as wheel:
        wheel.writestr("x-1.dist-info/entry_points.txt", "[llmos.plugins]\na = b\n")
    (tmp_path / "old.egg-info").write_text("Name: old\n")
    assert discover([str(tmp_path / "wheel.whl"), str(tmp_path)]) == ()


def test_undecodable_metadata_is_read_as_far_as_possible(tmp_path: Path) -> None:
    info = make_distribution(tmp_path, "odd", {})
    (info / "entry_points.txt").write_bytes(b"[llmos.plugins]\n\xff = b\nfine = c\n")
    (info / "METADATA").unlink()
    points = discover([str(tmp_path)])
    assert [(p.name, p.distribution, p.version) for p in points][1] == ("fine", "odd", "1.0")


def test_comments_extras_and_other_groups_are_told_apart() -> None:
    text = "[other]\nno = x\n[llmos.plugins]\n# a comment\n\n a = m.n : o [extra, more]\nb=q\n[third]\nc = d\n"
    assert list(parse_group(text, "llmos.plugins")) == [("a", "m.n:o"), ("b", "q")]


@pytest.mark.spec("PA-002")
def test_pip_target_folders_are_found_by_a_new_process(tmp_path: Path) -> None:
    make_distribution(tmp_path, "targeted", {"targeted": "targeted"})
    code = "import llmos_core.plugins.discovery as d; print('targeted' in {p.name for p in d.discover()})"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(tmp_path)}
    )
    assert answer.stdout.strip() == "True"

"""Law of what is trusted: the digest covers every name and byte that a project brings, and nothing else.

What is handed out is what was read: the bytes, not a promise to read them again.
"""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import StorageError
from llmos_std.trust import project
from llmos_std.trust.project import read_project

names = st.sampled_from(["config.toml", "plugins/a.py", "plugins/b.py", "plugins/deep/c.py", "plugins/data.json"])
projects = st.dictionaries(names, st.binary(max_size=4), max_size=4)


def write(workspace, files):
    for name, content in files.items():
        path = workspace / ".llmos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return workspace


@given(projects, projects)
def test_the_digest_is_equal_exactly_when_names_and_bytes_are(tmp_path_factory, one, other):
    read = [read_project(write(tmp_path_factory.mktemp("project"), files)) for files in (one, other)]
    assert (read[0].digest == read[1].digest) is (one == other)
    assert read[0].contents == one
    assert read[0].is_empty is (not one)


@given(projects)
def test_configuration_and_plugins_are_the_bytes_that_were_read(tmp_path_factory, files):
    found = read_project(write(tmp_path_factory.mktemp("project"), files))
    assert found.config == files.get("config.toml")
    assert found.plugins == {name: files[f"plugins/{name}.py"] for name in "ab" if f"plugins/{name}.py" in files}


def test_what_llmos_itself_writes_needs_no_trust(tmp_path):
    write(
        tmp_path,
        {"memories/traces/x.md": b"a", "state/runs.db": b"b", "plugins/__pycache__/a.pyc": b"c", "agents/a": b""},
    )
    write(tmp_path, {"plugins/generated/hello_1a2b.py": b"d"})
    assert read_project(tmp_path).is_empty
    write(tmp_path, {"plugins/generated/deeper/a.py": b"e", "plugins/other/generated/a.py": b"f"})
    assert set(read_project(tmp_path).contents) == {"plugins/generated/deeper/a.py", "plugins/other/generated/a.py"}


def test_a_project_without_a_house_brings_nothing(tmp_path):
    assert read_project(tmp_path).is_empty


def test_a_linked_file_counts_by_its_content(tmp_path):
    write(tmp_path, {"plugins/a.py": b"1"})
    (tmp_path / "elsewhere").write_bytes(b"2")
    (tmp_path / ".llmos" / "config.toml").symlink_to(tmp_path / "elsewhere")
    before = read_project(tmp_path).digest
    (tmp_path / "elsewhere").write_bytes(b"3")
    assert read_project(tmp_path).digest != before


@pytest.mark.parametrize(
    "make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("."), lambda path: path.symlink_to("x")]
)
def test_what_is_no_ordinary_file_is_named_and_refused(tmp_path, make):
    write(tmp_path, {"plugins/a.py": b""})
    make(tmp_path / ".llmos" / "config.toml")
    with pytest.raises(StorageError, match=r"config\.toml"):
        read_project(tmp_path)


def test_a_linked_folder_of_plugins_is_refused(tmp_path):
    write(tmp_path, {"plugins/a.py": b""})
    (tmp_path / ".llmos" / "plugins" / "more").symlink_to(tmp_path)
    with pytest.raises(StorageError, match="more"):
        read_project(tmp_path)


def test_more_than_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "LIMIT_BYTES", 10)
    write(tmp_path, {"config.toml": b"12345", "plugins/a.py": b"12345"})
    assert read_project(tmp_path).contents
    write(tmp_path, {"plugins/b.py": b"1"})
    with pytest.raises(StorageError, match=r"b\.py"):
        read_project(tmp_path)

"""Law of the trust store: a workspace is trusted exactly while its content is one trusted there and not revoked.

Any change of any byte is another content.
"""

import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import StorageError
from llmos_std.trust.project import read_project
from llmos_std.trust.store import FILE_NAME, TrustState, TrustStore, open_trust_store

AT = "2026-11-21T00:00:00+00:00"
workspaces = st.sampled_from(["a", "b"])
digests = st.sampled_from(["1", "2", "3"])

TRUST_MANY = """
import sys
from pathlib import Path
from llmos_std.trust.store import open_trust_store
with open_trust_store(Path(sys.argv[1])) as store:
    for n in range(25):
        store.trust(Path("/w"), f"{sys.argv[2]}-{n}", at="2026")
"""


@pytest.fixture
def store(tmp_path):
    with open_trust_store(tmp_path / "state") as found:
        yield found


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "work" / ".llmos" / "plugins"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("print(1)")
    return tmp_path / "work"


@given(st.lists(st.tuples(st.sampled_from(["trust", "revoke"]), workspaces, digests), max_size=10))
def test_trusted_is_what_was_trusted_there_and_not_revoked(tmp_path_factory, deeds):
    root = tmp_path_factory.mktemp("trust")
    expected = set()
    with closing(TrustStore(root / FILE_NAME)) as store:
        for deed, name, content in deeds:
            if deed == "trust":
                store.trust(root / name, content, at=AT)
                expected.add((name, content))
            else:
                assert store.revoke(root / name) is any(where == name for where, _ in expected)
                expected = {(where, what) for where, what in expected if where != name}
    with closing(TrustStore(root / FILE_NAME)) as reopened:
        found = {(name, content) for name in "ab" for content in "123" if reopened.is_trusted(root / name, content)}
    assert found == expected


def test_a_project_is_new_then_trusted_then_changed_then_new_again(store, workspace):
    def state():
        (found,) = store.status([workspace])
        return found.state

    assert state() is TrustState.NEW
    store.trust(workspace, read_project(workspace).digest, at=AT)
    assert state() is TrustState.TRUSTED
    (workspace / ".llmos" / "config.toml").write_text("")
    assert state() is TrustState.CHANGED
    assert not store.is_trusted(workspace, read_project(workspace).digest)
    (workspace / ".llmos" / "config.toml").unlink()
    assert state() is TrustState.TRUSTED
    store.revoke(workspace)
    assert state() is TrustState.NEW


def test_status_tells_each_workspace_in_order(store, workspace, tmp_path):
    store.trust(workspace, read_project(workspace).digest, at=AT)
    found = store.status([tmp_path, workspace])
    assert [one.state for one in found] == [TrustState.NOTHING, TrustState.TRUSTED]
    assert [one.trusted_at for one in found] == ["", AT]


def test_what_cannot_be_read_is_never_trusted_and_says_why(store, workspace):
    store.trust(workspace, read_project(workspace).digest, at=AT)
    (workspace / ".llmos" / "config.toml").mkdir()
    (found,) = store.status([workspace])
    assert found.state is TrustState.CHANGED
    assert "config.toml" in found.problem


def test_a_workspace_reached_through_a_link_is_the_same(store, workspace, tmp_path):
    (tmp_path / "link").symlink_to(workspace)
    store.trust(tmp_path / "link", "1", at=AT)
    assert store.is_trusted(workspace, "1")


def test_looking_creates_nothing_and_deciding_makes_a_private_file(store, workspace, tmp_path):
    assert not store.is_trusted(workspace, "1")
    assert not store.revoke(workspace)
    assert not (tmp_path / "state").exists()
    store.trust(workspace, "1", at=AT)
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "state" / FILE_NAME).stat().st_mode) == 0o600


def test_a_store_that_others_may_write_to_trusts_nothing(store, workspace, tmp_path):
    store.trust(workspace, "1", at=AT)
    (tmp_path / "state" / FILE_NAME).chmod(0o666)
    assert not store.is_trusted(workspace, "1")
    with pytest.raises(StorageError, match=FILE_NAME):
        store.status([workspace])


def test_two_processes_trust_at_once_and_nothing_is_lost(tmp_path):
    state = tmp_path / "state"
    workers = [
        subprocess.Popen([sys.executable, "-c", TRUST_MANY, str(state), name], stderr=subprocess.PIPE) for name in "ab"
    ]
    for worker in workers:
        _, errors = worker.communicate(timeout=60)
        assert worker.returncode == 0, errors
    with open_trust_store(state) as store:
        assert all(store.is_trusted(Path("/w"), f"{name}-{n}") for name in "ab" for n in range(25))

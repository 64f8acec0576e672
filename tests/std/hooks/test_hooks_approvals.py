"""Law of approvals: a hash is approved exactly when it was remembered and not forgotten, in every process of the user.

Looking creates nothing, and a file that others could have written says yes to nothing.
"""

import stat
import subprocess
import sys
from contextlib import closing

import pytest
from hook_actions import context
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import StorageError
from llmos_std.hooks.approvals import FILE_NAME, NoApprovals, SqliteApprovals, open_approvals
from llmos_std.hooks.config import PermissionsConfig

AT = "2026-11-21T00:00:00+00:00"
hashes = st.sampled_from([f"{n:064x}" for n in range(4)])

REMEMBER_MANY = """
import sys
from pathlib import Path
from llmos_std.hooks.approvals import SqliteApprovals
approvals = SqliteApprovals(Path(sys.argv[1]))
for n in range(25):
    approvals.remember(f"{sys.argv[2]}-{n}", summary="a call", at="2026")
approvals.close()
"""


@pytest.fixture
def approvals(tmp_path):
    with closing(SqliteApprovals(tmp_path / "state" / FILE_NAME)) as found:
        yield found


@given(st.lists(st.tuples(st.sampled_from(["remember", "forget", "forget_all"]), hashes), max_size=12))
def test_what_is_approved_is_what_was_remembered_and_not_forgotten(tmp_path_factory, deeds):
    path = tmp_path_factory.mktemp("approvals") / FILE_NAME
    expected = set()
    with closing(SqliteApprovals(path)) as approvals:
        for deed, found in deeds:
            if deed == "remember":
                approvals.remember(found, summary="a call", at=AT)
                expected.add(found)
            elif deed == "forget":
                assert approvals.forget(found) == len(expected & {found})
                expected.discard(found)
            else:
                assert approvals.forget_all() == len(expected)
                expected.clear()
    with closing(SqliteApprovals(path)) as reopened:
        assert {one.action_hash for one in reopened.list()} == expected
        assert all(reopened.is_approved(found) for found in expected)
        assert not reopened.is_approved("never remembered")


def test_looking_and_forgetting_create_nothing(approvals, tmp_path):
    assert not approvals.is_approved("x")
    assert approvals.list() == ()
    assert approvals.forget("x" * 8) == approvals.forget_all() == 0
    assert list(tmp_path.iterdir()) == []


def test_file_and_folder_belong_to_the_user_alone(approvals, tmp_path):
    approvals.remember("x", summary="a call", at=AT)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert modes[FILE_NAME] == 0o600
    assert not any(mode & 0o077 for mode in modes.values())


def test_two_processes_remember_at_once_and_a_third_sees_it_all(tmp_path):
    path = tmp_path / "state" / FILE_NAME
    workers = [
        subprocess.Popen([sys.executable, "-c", REMEMBER_MANY, str(path), name], stderr=subprocess.PIPE)
        for name in "ab"
    ]
    for worker in workers:
        _, errors = worker.communicate(timeout=60)
        assert worker.returncode == 0, errors
    with closing(SqliteApprovals(path)) as approvals:
        assert {one.action_hash for one in approvals.list()} == {f"{name}-{n}" for name in "ab" for n in range(25)}


def test_the_first_yes_to_a_call_stays(approvals):
    approvals.remember("x", summary="first", at="2025")
    approvals.remember("x", summary="second", at="2026")
    (found,) = approvals.list()
    assert (found.summary, found.at) == ("first", "2025")


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_to_says_yes_to_nothing(approvals, tmp_path, mode):
    approvals.remember("x", summary="a call", at=AT)
    (tmp_path / "state" / FILE_NAME).chmod(mode)
    assert not approvals.is_approved("x")
    for forbidden in (approvals.list, approvals.forget_all, lambda: approvals.remember("y", summary="", at=AT)):
        with pytest.raises(StorageError, match=FILE_NAME):
            forbidden()


def test_a_damaged_file_says_yes_to_nothing_and_is_named(tmp_path):
    path = tmp_path / FILE_NAME
    path.write_bytes(b"no database, and longer than a header of one hundred bytes" * 10)
    path.chmod(0o600)
    with closing(SqliteApprovals(path)) as approvals:
        assert not approvals.is_approved("x")
        with pytest.raises(StorageError, match=FILE_NAME):
            approvals.remember("x", summary="", at=AT)


def test_a_prefix_that_is_too_short_forgets_nothing(approvals):
    approvals.remember("x" * 64, summary="a call", at=AT)
    with pytest.raises(ValueError, match="too short"):
        approvals.forget("x" * 7)
    assert approvals.forget("x" * 8) == 1


def test_the_service_keeps_its_file_among_the_users_state(tmp_path):
    with open_approvals(context(tmp_path)) as approvals:
        approvals.remember("x", summary="a call", at=AT)
    assert (tmp_path / "state" / FILE_NAME).exists()


def test_with_remembering_switched_off_nothing_is_kept_or_found(tmp_path):
    with open_approvals(context(tmp_path)) as approvals:
        approvals.remember("x", summary="a call", at=AT)
    with open_approvals(context(tmp_path, permissions=PermissionsConfig(remember_approvals=False))) as forgetful:
        assert isinstance(forgetful, NoApprovals)
        forgetful.remember("y", summary="a call", at=AT)
        assert not forgetful.is_approved("x")
        assert not forgetful.is_approved("y")

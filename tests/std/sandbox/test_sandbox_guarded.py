"""Law: whatever the rules of protected files mean, a walk finds at any depth, after any change, and nothing else."""

import os
import signal
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warded import Workspace, make

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_std import protected
from llmos_std.sandbox import guarded
from llmos_std.sandbox.guarded import Walker, pins, visible
from llmos_std.sandbox.naming import is_guarded, would_be_guarded_inside

NAMES = sorted(
    {
        *protected._SELF_STARTING,
        *protected._SELF_STARTING_FOLDERS,
        *protected._SECRET,
        *protected._SECRET_FOLDERS,
        *(".git", ".llmos", ".GIT", "id_rsa", "server.key", "a.pem", ".env.local", ".env.example", "plain.txt", "src"),
        *("hooks", "config", "modules", "workflows", ".github", "README", "main.py", "ﬁle", ".ｅnv"),
    }
)
trees = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join), min_size=1, max_size=6)

some = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)


def expected(root: Path) -> dict[str, str]:
    """Look at every file one by one; what is in a marked folder counts as the folder."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        parts = name.split("/")
        lower = name.lower().split("/")
        above = lower[lower.index(".git") + 1 :] if ".git" in lower else []
        if len(above) > 1 and above[0] not in {"modules", "worktrees", "hooks", "config", "config.worktree"}:
            continue  # nothing in there is a file of anybody's workspace
        if any(name.startswith(f"{known}/") for known in found):
            continue
        if is_guarded(parts, is_folder=path.is_dir()):
            found[name] = "guarded"
        elif ".git" not in lower and protected.is_secret(parts):
            found[name] = "secret"
    return found


@settings(max_examples=60)
@given(trees, trees)
def test_a_walk_finds_what_the_rules_mean_before_and_after_a_change(first: list[str], second: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        walker = Walker(name)
        for paths in (first, second):
            make(root, paths)
            assert {mark.path: mark.kind for mark in walker.walk().marks} == expected(root)


@given(st.text(min_size=1).filter(lambda name: "/" not in name and "\0" not in name))
def test_no_name_that_the_rules_mean_is_passed_over(name: str) -> None:
    parts = [name]
    if is_guarded(parts, is_folder=False) or protected.is_secret(parts):
        assert guarded._SUSPECT.search(name)


@pytest.mark.parametrize("name", NAMES)
def test_none_of_the_known_names_is_passed_over(name: str) -> None:
    if is_guarded([name], is_folder=False) or protected.is_secret([name]):
        assert guarded._SUSPECT.search(name)


def test_a_change_is_seen_although_the_folder_bears_its_old_time(tmp_path: Path) -> None:
    walker = Walker(str(tmp_path))
    (tmp_path / "sub").mkdir()
    before = (tmp_path / "sub").stat()
    assert not walker.walk().marks
    (tmp_path / "sub" / ".envrc").touch()
    os.utime(tmp_path / "sub", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [mark.path for mark in walker.walk().marks] == ["sub/.envrc"]


def test_a_folder_that_did_not_change_is_not_listed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    walker = Walker(str(tmp_path))
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 10**10)
    walker.walk()
    listed: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or scandir(path))
    assert walker.walk().folders == 2
    assert listed == []


def test_the_store_of_git_is_not_walked_but_its_modules_are(tmp_path: Path) -> None:
    make(tmp_path, [".git/objects/ab/cd", ".git/modules/lib/hooks/x", ".git/config"])
    found = Walker(str(tmp_path)).walk()
    assert {mark.path for mark in found.marks} == {".git/config", ".git/modules/lib/hooks"}
    assert found.folders == 4
    assert pins(found.of("guarded")) == [".git", ".git/modules", ".git/modules/lib"]


def test_a_workspace_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "MOST_FOLDERS", 2)
    (tmp_path / "a/b/c").mkdir(parents=True)
    with pytest.raises(ToolError):
        Walker(str(tmp_path)).walk()


def test_all_but_the_hidden_is_visible(tmp_path: Path) -> None:
    make(tmp_path, ["a/b/.env", "a/b/seen", "a/seen", "c/d/seen", ".env"])
    found = Walker(str(tmp_path)).walk()
    names = {os.path.relpath(place, tmp_path) for place in visible(str(tmp_path), found.of("secret"))}
    assert names == {"a/b/seen", "a/seen", "c"}
    assert visible(str(tmp_path), []) == [str(tmp_path)]


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3)
)
def test_a_folder_is_moved_only_where_nothing_in_it_becomes_guarded(target: list[str], inside: list[str]) -> None:
    becomes = is_guarded([*target, *inside], is_folder=False) and not is_guarded(inside, is_folder=False)
    if becomes and not is_guarded(target, is_folder=True):
        assert would_be_guarded_inside(target)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_what_is_new_and_guarded_is_taken_away_and_told(workspace: Workspace) -> None:
    make(workspace.root, ["plain", ".bashrc"])
    with pytest.raises(ToolRefusedError, match=r"sub/\.git/hooks"), workspace.ward.watched():
        make(workspace.root, ["sub/.git/hooks/pre-commit", "more", ".envrc"])
    assert workspace.kept() == {"sub/.git/hooks/pre-commit", ".envrc"}
    assert {path.name for path in workspace.root.iterdir()} == {"plain", ".bashrc", "sub", "more"}
    assert workspace.notes() == []


def test_what_the_user_saves_meanwhile_stays(workspace: Workspace) -> None:
    make(workspace.root, [".envrc", ".git/config"])
    with workspace.ward.watched():
        for name in (".envrc", ".git/config"):
            (workspace.root / "new").write_text("saved by an editor")
            (workspace.root / "new").rename(workspace.root / name)
    assert (workspace.root / ".git/config").read_text() == "saved by an editor"


def test_a_guarded_link_comes_back_as_it_was(workspace: Workspace) -> None:
    link = workspace.root / ".envrc"
    link.symlink_to("safe")
    (workspace.root / "other").symlink_to("evil")
    with pytest.raises(ToolRefusedError), workspace.ward.watched():
        (workspace.root / "other").replace(link)
    assert link.readlink() == Path("safe")


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_link_and_a_file_are_not_the_same(workspace: Workspace, kind: str) -> None:
    place = workspace.root / ".envrc"
    place.symlink_to("safe") if kind == "file" else place.touch()
    other = workspace.root / "other"
    other.symlink_to("evil") if kind == "link" else other.touch()
    with pytest.raises(ToolRefusedError), workspace.ward.watched():
        other.replace(place)
    assert workspace.kept() == {".envrc"}


def test_what_was_there_before_and_still_is_says_nothing(workspace: Workspace) -> None:
    make(workspace.root, [".envrc", ".git/config", ".llmos/config.toml"])
    with workspace.ward.watched():
        make(workspace.root, ["a", "b/c"])
    assert workspace.kept() == set()


def test_what_a_killed_call_left_is_taken_away_before_the_next(workspace: Workspace) -> None:
    make(workspace.root, [".bashrc"])
    pid = os.fork()
    if pid == 0:
        with workspace.ward.watched():
            make(workspace.root, [".envrc"])
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    assert (workspace.root / ".envrc").exists()
    assert len(workspace.notes()) == 1
    with workspace.ward.watched() as found:
        assert [mark.path for mark in found.marks] == [".bashrc"]
    assert workspace.kept() == {".envrc"}
    assert workspace.notes() == []


def test_a_call_that_still_runs_elsewhere_is_not_settled_by_another(workspace: Workspace) -> None:
    with ExitStack() as first:
        first.enter_context(workspace.ward.watched())
        make(workspace.root, [".envrc"])
        with workspace.ward.watched():
            assert len(workspace.notes()) == 2
        assert (workspace.root / ".envrc").exists()
        with pytest.raises(ToolRefusedError):
            first.close()


def test_nothing_is_started_where_nothing_can_be_noted(workspace: Workspace) -> None:
    workspace.state.write_text("a file")
    with pytest.raises(ToolError, match="nothing is started"), workspace.ward.watched():
        pytest.fail("it was started")

"""Law: whatever path a tool is given, and whatever links lie in the workspace, nothing outside is read or changed."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tool_calls import SECRET, open_scene

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_std.tools import content, paths
from llmos_std.tools.files import Edit, Read, Write
from llmos_std.tools.search import Glob, Grep

PIECES = st.sampled_from(
    [
        "a",
        "b",
        "..",
        ".",
        "",
        "/",
        "secret.txt",
        "ws-evil",
        "ws",
        "link",
        "up",
        "file",
        "\0",
        "~",
        ".git",
        ".llmos",
        "é",
    ]
)
TARGETS = st.sampled_from(
    [
        "..",
        ".",
        "/",
        "../ws-evil",
        "../secret.txt",
        "a",
        "a/b",
        "link",
        "up",
        "../ws/a",
        "../../..",
        "/etc",
        "up/..",
        "OUT",
    ]
)
PATHS = st.lists(PIECES, min_size=1, max_size=5).map("/".join)
LINKS = st.dictionaries(st.sampled_from(["link", "up", "a", "a/b", "a/link", "file"]), TARGETS, max_size=4)


def lay(scene, links):
    """Make the links that can be made, and folders for the rest."""
    for name, target in sorted(links.items()):
        place = scene.workspace / name
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(str(scene.outside) if target == "OUT" else target)
    with suppress(OSError):
        scene.put("file", "inside")


def attempt(scene, tool, **arguments):
    """Return what a tool answers, "" when it refuses or fails."""
    try:
        return scene.call(tool, **arguments)
    except ToolError:
        return ""


@settings(max_examples=300, deadline=None)
@given(path=PATHS, links=LINKS, is_absolute=st.booleans())
@example(path="link/secret.txt", links={"link": "../ws-evil"}, is_absolute=False)
@example(path="up/ws-evil/secret.txt", links={"up": ".."}, is_absolute=True)
@example(path="a/link/secret.txt", links={"a": ".", "a/link": ".."}, is_absolute=False)
def test_no_path_reads_or_changes_anything_outside(path, links, is_absolute):
    with open_scene() as scene:
        lay(scene, links)
        before = scene.neighbours()
        path = f"{scene.workspace}/{path}" if is_absolute else path
        answers = [attempt(scene, Read(), path=path)]
        answers += [attempt(scene, Glob(), pattern=f"{path}/*"), attempt(scene, Grep(), pattern=".", path=path)]
        answers += [attempt(scene, Write(), path=path, content="new")]
        answers += [attempt(scene, Edit(), path=path, old="new", new="newer")]
        assert SECRET not in str(answers)
        assert scene.neighbours() == before


@given(path=st.text(max_size=8))
def test_any_text_as_a_path_is_answered_or_refused(path):
    with open_scene() as scene:
        for tool, more in ((Read(), {}), (Write(), {"content": "x"}), (Edit(), {"old": "x", "new": "y"})):
            with suppress(ToolError):
                scene.call(tool, path=path, **more)
            scene.probe(tool, path=path)


@pytest.mark.parametrize(
    "path",
    [
        *("../secret.txt", "a/../../secret.txt", "{out}/secret.txt", "{out}/ws-evil/secret.txt", "/etc/passwd"),
        *("/dev/null", "", "\0", "a\0b", "link/secret.txt", "file", "~/x/../../y", "\ud800"),
    ],
)
def test_a_path_that_leads_out_is_refused_as_such(scene, path):
    (scene.workspace / "link").symlink_to("../ws-evil")
    (scene.workspace / "file").symlink_to(scene.outside / "secret.txt")
    path = path.format(out=scene.outside)
    for tool, more in ((Read(), {}), (Write(), {"content": "x"}), (Edit(), {"old": "the", "new": "y"})):
        with pytest.raises(ToolRefusedError):
            scene.call(tool, path=path, **more)
        assert scene.probe(tool, path=path) is None


def test_links_and_absolute_paths_inside_the_workspace_work(scene):
    scene.put("a/b/real.txt", "text")
    (scene.workspace / "ab").symlink_to("a/b")
    (scene.workspace / "a" / "up").symlink_to("../a/b")
    (scene.workspace / "whole").symlink_to(scene.workspace / "a")
    for path in (
        "ab/real.txt",
        "a/up/real.txt",
        "whole/b/real.txt",
        f"{scene.workspace}/a/b/real.txt",
        "./a//b/real.txt",
    ):
        assert scene.call(Read(), path=path) == "text"
    scene.call(Write(), path="ab/real.txt", content="new")
    assert (scene.workspace / "ab").is_symlink()
    assert scene.call(Read(), path="a/b/real.txt") == "new"


def test_the_workspace_may_itself_be_reached_through_a_link(scene):
    alias = scene.outside / "alias"
    alias.symlink_to(scene.workspace)
    scene.put("x", "text")
    from llmos_core.protocols.acting import ToolContext

    context = ToolContext(workspace=alias, run_id="r", timeout_s=1.0, environ={})
    for path in ("x", f"{alias}/x", f"{scene.workspace}/x"):
        assert Read().call({"path": path}, context) == "text"


@pytest.mark.parametrize("path", [".llmos/config.toml", "sub/.llmos/state/runs.db", ".LLMOS/x", "house/config.toml"])
def test_llmos_own_folder_is_closed_to_the_agent(scene, path):
    scene.put(".llmos/config.toml", "x = 1")
    (scene.workspace / "house").symlink_to(".llmos")
    for tool, more in ((Read(), {}), (Write(), {"content": "x"}), (Edit(), {"old": "x", "new": "y"})):
        with pytest.raises(ToolRefusedError):
            scene.call(tool, path=path, **more)
    assert scene.call(Glob(), pattern="**/*.toml") == []
    assert scene.call(Grep(), pattern="x = 1") == []


@pytest.mark.parametrize(
    "path", [".git/hooks/pre-commit", ".git/config", "sub/.git/config", ".Git/config", ".git", "g/config"]
)
def test_what_is_gits_own_is_never_written(scene, path):
    scene.put(".git/config", "[core]")
    (scene.workspace / "g").symlink_to(".git")
    with pytest.raises(ToolRefusedError):
        scene.call(Write(), path=path, content="evil")
    with pytest.raises(ToolRefusedError):
        scene.call(Edit(), path=path, old="core", new="evil")
    assert scene.call(Read(), path=".git/config") == "[core]"


def test_devices_and_pipes_are_refused_and_never_waited_for(scene):
    os.mkfifo(scene.workspace / "pipe")
    for tool, more in ((Read(), {}), (Write(), {"content": "x"}), (Edit(), {"old": "x", "new": "y"})):
        with pytest.raises(ToolRefusedError):
            scene.call(tool, path="pipe", **more)
    assert scene.probe(Read(), path="pipe") == {"state": "other"}
    assert scene.call(Grep(), pattern="x") == []


def test_links_in_a_circle_end(scene):
    (scene.workspace / "a").symlink_to("b")
    (scene.workspace / "b").symlink_to("a")
    with pytest.raises(ToolError):
        scene.call(Read(), path="a/x")
    assert scene.call(Glob(), pattern="**/*") == []


class Swapping:
    """Replaces a folder, and a file in it, by links that lead out, just before call number `at` of the system."""

    def __init__(self, scene, at):
        self.scene, self.at, self.count = scene, at, 0

    def before(self, function):
        def called(*args, **kwargs):
            self.count += 1
            if self.count == self.at:
                self.swap()
            return function(*args, **kwargs)

        return called

    def swap(self):
        scene = self.scene
        (scene.workspace / "folder").rename(scene.workspace / "moved")
        (scene.workspace / "folder").symlink_to("../ws-evil")
        (scene.workspace / "moved" / "secret.txt").unlink(missing_ok=True)
        (scene.workspace / "moved" / "secret.txt").symlink_to("../../secret.txt")


@pytest.mark.parametrize("at", range(1, 25))
@pytest.mark.parametrize("tool", ["read", "write", "edit", "glob", "grep", "probe"])
def test_a_link_swapped_in_at_any_moment_does_not_lead_out(scene, monkeypatch, at, tool):
    scene.put("folder/secret.txt", "harmless")
    before = scene.neighbours()
    swapping = Swapping(scene, at)
    for name in ("open", "stat", "readlink", "mkdir", "rename", "scandir", "fstat", "read", "write", "fsync"):
        monkeypatch.setattr(os, name, swapping.before(getattr(os, name)))
    calls = {
        "read": lambda: scene.call(Read(), path="folder/secret.txt"),
        "write": lambda: scene.call(Write(), path="folder/secret.txt", content="new"),
        "edit": lambda: scene.call(Edit(), path="folder/secret.txt", old="harmless", new="new"),
        "glob": lambda: scene.call(Glob(), pattern="folder/*"),
        "grep": lambda: scene.call(Grep(), pattern="secret", path="folder"),
        "probe": lambda: scene.probe(Read(), path="folder/secret.txt"),
    }
    answer = None
    with suppress(ToolError):
        answer = calls[tool]()
    monkeypatch.undo()
    assert SECRET not in str(answer)
    assert scene.neighbours() == before


@pytest.mark.parametrize("tool", [Read(), Write(), Edit()])
def test_no_descriptor_stays_open(scene, tool):
    scene.put("a/b/file", "x")
    arguments = {"path": "a/b/file", "content": "y", "old": "x", "new": "y"}
    before = len([*Path("/proc/self/fd").iterdir()])
    for path in ("a/b/file", "a/b/missing/x", "../x", "a", "a/b/file/x"):
        with suppress(ToolError):
            tool.call({**arguments, "path": path}, scene.context)
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_the_modules_under_test_use_the_os_module_so_that_the_race_test_reaches_them():
    assert paths.os is os
    assert content.os is os

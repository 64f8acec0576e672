"""Law of the path jail: a file tool is allowed only where every reading of its path stays inside the workspace.

Inside, sealed folders are never written, and files that hold secrets or run by themselves ask.
"""

import os
from pathlib import Path

import pytest
from hook_actions import STRICT_MODES, action
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.decision import Decision
from llmos_std.hooks.path_jail import open_path_jail

JAIL = open_path_jail(None)
FILE_TOOLS = ("Read", "Write", "Edit", "Grep")


def judged(tool, workspace, mode="accept-edits", **arguments):
    return JAIL.check(action(tool, workspace=Path(workspace), mode=mode, **arguments))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with links of every kind, beside a sibling whose name begins with its own."""
    root = tmp_path_factory.mktemp("jail")
    inside = root / "work"
    for folder in (inside / "sub", inside / ".git" / "hooks", root / "work-sibling", root / "outside"):
        folder.mkdir(parents=True)
    (root / "outside" / "file").write_text("secret")
    (inside / "file").write_text("")
    (inside / "out").symlink_to(root / "outside")
    (inside / "out-file").symlink_to("../outside/file")
    (inside / "dangling").symlink_to("../outside/not-yet")
    (inside / "to-git").symlink_to(".git")
    (inside / "to-sub").symlink_to("sub")
    (inside / "loop").symlink_to("loop")
    return inside


parts = st.sampled_from(
    ["..", ".", "", "sub", "file", "out", "to-sub", "to-git", "dangling", "loop", "~", "work", "a b"]
)
starts = st.sampled_from(["", "/", "./", "~/", "{work}/", "{work}-sibling/"])


@given(
    tool=st.sampled_from(FILE_TOOLS),
    start=starts,
    found=st.lists(parts, min_size=1, max_size=6),
    mode=st.sampled_from(STRICT_MODES),
)
def test_nothing_outside_the_workspace_passes(workspace, tool, start, found, mode):
    path = start.replace("{work}", str(workspace)) + "/".join(found)
    root = os.path.realpath(workspace)
    meanings = [os.path.realpath(Path(root) / each) for each in (path, os.path.expanduser(path))]  # noqa: PTH111
    is_inside = all(each == root or each.startswith(root + os.sep) for each in meanings)
    verdict = judged(tool, workspace, mode, path=path)
    if not path or not is_inside:
        assert verdict.decision is Decision.DENY
    elif ".git" not in "/".join(meanings):
        assert verdict.decision is Decision.ALLOW


@given(tool=st.sampled_from([*FILE_TOOLS, "Glob"]), path=st.text(max_size=20))
def test_any_text_gets_a_verdict(workspace, tool, path):
    assert judged(tool, workspace, path=path, pattern=path).decision in Decision


@pytest.mark.parametrize("tool", FILE_TOOLS)
@pytest.mark.parametrize(
    "path",
    [
        *("/etc/passwd", "..", "../work-sibling/x", "sub/../../outside/file", "~", "~/x", "~root/.bashrc"),
        *("out", "out/file", "out/new", "out-file", "dangling", "to-sub/../../x", "a\0b", "", 7, ["file"]),
    ],
)
def test_each_way_out_is_denied_in_every_mode(workspace, tool, path):
    for mode in (*STRICT_MODES, "yolo"):
        assert judged(tool, workspace, mode, path=path).decision is Decision.DENY


@pytest.mark.parametrize("tool", FILE_TOOLS)
@pytest.mark.parametrize(
    "path", ["file", "./file", "new/deep/file", "sub/../file", "to-sub/new", "{work}/file", "..file", "~x"]
)
def test_inside_the_workspace_files_are_free(workspace, tool, path):
    assert judged(tool, workspace, path=path.replace("{work}", str(workspace))).decision is Decision.ALLOW


def test_a_workspace_reached_through_a_link_is_the_same_workspace(workspace, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(workspace)
    for path in (f"{link}/file", f"{workspace}/file", "file"):
        assert judged("Write", link, path=path).decision is Decision.ALLOW
    assert judged("Write", link, path=f"{link}/.git/config").decision is Decision.DENY


@pytest.mark.parametrize(
    "path",
    [
        *(
            ".git",
            ".git/config",
            ".git/hooks/pre-commit",
            "sub/.git/x",
            ".GIT/config",
            "to-git/config",
            "{work}/.git/x",
        ),
        *(".llmos/config.toml", ".llmos/plugins/a.py", "sub/.llmos/x", ".ｇit/config", ".g\u200bit/config"),
    ],
)
@pytest.mark.parametrize("tool", ["Write", "Edit"])
def test_sealed_folders_are_never_written(workspace, tool, path):
    for mode in (*STRICT_MODES, "yolo"):
        assert judged(tool, workspace, mode, path=path.replace("{work}", str(workspace))).decision is Decision.DENY


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".env.local", "sub/.ENV", ".ssh/config", "key.pem", "server.key", "id_rsa", ".ssh/id_ed25519"),
        *(".netrc", ".npmrc", ".pypirc", ".aws/credentials", ".git-credentials", "secrets.toml", ".llmos/.env"),
    ],
)
def test_reading_what_looks_secret_asks(workspace, path):
    for tool in ("Read", "Grep"):
        assert judged(tool, workspace, path=path).decision is Decision.ASK
        assert judged(tool, workspace, "yolo", path=path).decision is Decision.ALLOW


@pytest.mark.parametrize(
    "path",
    [
        *(".env", "deploy.pem", "id_rsa", ".ssh/authorized_keys", ".bashrc", "sub/.zshrc", ".profile", ".envrc"),
        *(".github/workflows/ci.yml", ".vscode/tasks.json", ".husky/pre-commit", "sitecustomize.py", ".gitmodules"),
    ],
)
@pytest.mark.parametrize("tool", ["Write", "Edit"])
def test_writing_what_is_secret_or_runs_by_itself_asks(workspace, tool, path):
    assert judged(tool, workspace, path=path).decision is Decision.ASK
    assert judged(tool, workspace, "yolo", path=path).decision is Decision.ALLOW


@pytest.mark.parametrize(
    "path",
    [".env.example", "id_rsa.pub", ".gitignore", ".github/README.md", "environment.py", ".gitattributes", "keys.py"],
)
def test_harmless_neighbours_of_protected_files_are_free(workspace, path):
    assert judged("Write", workspace, path=path).decision is Decision.ALLOW


@pytest.mark.parametrize("pattern", ["/etc/*", "../*", "**/../../*", "~/*", "{a,../..}/*", "out/*", "/", "..", 3, None])
def test_a_glob_that_starts_or_steps_outside_is_denied(workspace, pattern):
    assert judged("Glob", workspace, pattern=pattern).decision is Decision.DENY


@pytest.mark.parametrize("pattern", ["*", "**/*.py", "sub/*.txt", "a..b/*", "{work}/sub/*", "to-sub/*", "file", ""])
def test_a_glob_inside_is_free(workspace, pattern):
    assert judged("Glob", workspace, pattern=pattern.replace("{work}", str(workspace))).decision is Decision.ALLOW


def test_grep_without_a_path_and_other_tools_pass(workspace):
    assert judged("Grep", workspace, pattern="../x").decision is Decision.ALLOW
    assert judged("SendMail", workspace, path="/etc/passwd").decision is Decision.ALLOW

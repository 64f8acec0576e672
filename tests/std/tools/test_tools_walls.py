"""Law: neither a race, a second name of a file, a strange kind of file, nor a strange spelling leads a file tool out.

A program beside us swaps folders and files for links that lead out, as fast as it can, while the tools work.
"""

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tool_calls import SECRET, open_scene

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_std.tools import content, files
from llmos_std.tools.files import Edit, Read, Write
from llmos_std.tools.search import MAX_LINE_BYTES, Glob, Grep

SWAPS = int(os.environ.get("LLMOS_SWAPS", "10000"))
SWAPPER = """
import ctypes, os, sys
os.chdir(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
def exchange(one, other):
    if libc.renameat2(-100, one, -100, other, 2):
        sys.exit(os.strerror(ctypes.get_errno()))
if not os.path.lexists("link"):
    os.symlink("../ws-evil", "link")
    os.symlink("../../secret.txt", "folder/link")
for _ in range(int(sys.argv[2])):
    exchange(b"folder", b"link")
    exchange(b"link", b"folder")
    exchange(b"folder/secret.txt", b"folder/link")
    exchange(b"folder/link", b"folder/secret.txt")
"""
"""Exchanges in one moment, so that every call finds either the folder or the link."""


def race(scene, swaps, attempts):
    """Return every answer that tools gave while a program swapped `swaps` times, and how many calls were made."""
    swapper = subprocess.Popen(
        [sys.executable, "-c", SWAPPER, str(scene.workspace), str(swaps)], stderr=subprocess.PIPE
    )
    answers, number = set(), 0
    while swapper.poll() is None or number == 0:
        with suppress(ToolError):
            answers.add(str(attempts[number % len(attempts)]()))
        number += 1
    assert swapper.wait() == 0, swapper.stderr.read()
    swapper.stderr.close()
    return answers, number


def test_folders_and_files_swapped_for_links_all_the_time_never_lead_out(scene):
    scene.put("folder/secret.txt", "harmless")
    scene.put("folder/other.txt", "harmless")
    before = scene.neighbours()
    attempts = [
        lambda: scene.call(Read(), path="folder/secret.txt"),
        lambda: scene.call(Write(), path="folder/new/file.txt", content="new"),
        lambda: scene.call(Edit(), path="folder/other.txt", old="harmless", new="harmless"),
        lambda: scene.call(Glob(), pattern="folder/**/*"),
        lambda: scene.call(Grep(), pattern=".", path="folder"),
        lambda: scene.probe(Read(), path="folder/secret.txt"),
    ]
    answers, number = race(scene, SWAPS, attempts)
    assert number
    assert SECRET not in "".join(answers)
    assert scene.neighbours() == before


class CheckThenOpen:
    """A mutant: a reader that asks where a path leads, and then opens it by its name."""

    def call(self, arguments, context):
        path = context.workspace / arguments["path"]
        try:
            if not path.resolve().is_relative_to(context.workspace):
                raise ToolRefusedError("outside")
            return path.read_text()
        except OSError as error:
            raise ToolError(str(error)) from error


def test_the_race_finds_a_reader_that_checks_first_and_opens_then(scene):
    scene.put("folder/secret.txt", "harmless")
    for _ in range(20):
        answers, _ = race(scene, SWAPS, [lambda: scene.call(CheckThenOpen(), path="folder/secret.txt")])
        if SECRET in "".join(answers):
            return
    raise AssertionError("twenty races did not find it, so a race proves nothing here")


@given(text=st.text(max_size=20), is_edit=st.booleans())
def test_a_file_that_has_another_name_outside_is_replaced_and_never_written_through(text, is_edit):
    text = text.encode("utf-8", "ignore").decode()
    with open_scene() as scene:
        inside = scene.workspace / "inside"
        inside.hardlink_to(scene.outside / "secret.txt")
        before = scene.neighbours()
        if is_edit:
            scene.call(Edit(), path="inside", old=SECRET, new=text)
        else:
            scene.call(Write(), path="inside", content=text)
        assert scene.neighbours() == before
        assert inside.read_bytes() == text.encode()
        assert inside.stat().st_nlink == 1


PROTECTED = [
    "\uff0egit/config",
    ".g\u200bit/config",
    ".GIT/config",
    ".git./config",
    ".git /config",
    "GIT~1/config",
    ".git::$INDEX_ALLOCATION/config",
    ".git\uff0fconfig",
    "sub/\uff0egit/hooks/pre-commit",
]


@pytest.mark.parametrize("path", PROTECTED)
def test_a_protected_folder_is_protected_in_every_spelling(scene, path):
    for tool in (Write(), Edit()):
        with pytest.raises(ToolRefusedError):
            scene.call(tool, path=path, content="x", old="x", new="y")
    ours = path.replace("g\u200bit", "ll\u200bmos").replace("git", "llmos").replace("GIT", "LLMOS")
    for tool in (Read(), Write(), Edit()):
        with pytest.raises(ToolRefusedError):
            scene.call(tool, path=ours, content="x", old="x", new="y")
    assert not any(scene.workspace.iterdir())


@pytest.mark.parametrize(
    "path", ["\uff0e\uff0e/secret.txt", "\u2025/secret.txt", "..\uff0fsecret.txt", ".. /x", "a/..\\x"]
)
def test_what_only_looks_like_going_up_is_refused(scene, path):
    for tool in (Read(), Write(), Edit()):
        with pytest.raises(ToolRefusedError):
            scene.call(tool, path=path, content="x", old="x", new="y")


def test_names_that_differ_only_in_how_they_are_composed_stay_two_files(scene):
    scene.call(Write(), path="\u00e9", content="composed")
    scene.call(Write(), path="e\u0301", content="decomposed")
    assert scene.call(Read(), path="\u00e9") == "composed"
    assert scene.call(Read(), path="e\u0301") == "decomposed"


@pytest.mark.parametrize("sibling", ["ws-evil", "ws2", "ws ", "ws\uff0f", "WS"])
def test_a_sibling_whose_name_begins_alike_is_outside(scene, sibling):
    folder = scene.outside / sibling
    folder.mkdir(exist_ok=True)
    (folder / "secret.txt").write_text(SECRET)
    for path in (f"{folder}/secret.txt", f"{scene.workspace}/../{sibling}/secret.txt"):
        with pytest.raises(ToolRefusedError):
            scene.call(Read(), path=path)
    assert SECRET not in str(scene.probe(Read(), path=f"{folder}/secret.txt"))


def test_a_socket_is_refused(scene, monkeypatch):
    import socket

    monkeypatch.chdir(scene.workspace)  # the whole path of a socket may have a hundred bytes at most
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        for tool in (Read(), Write(), Edit()):
            with pytest.raises(ToolRefusedError):
                scene.call(tool, path="s", content="x", old="x", new="y")


def test_a_huge_file_is_neither_read_whole_nor_looked_through(scene, monkeypatch):
    """It has holes, so it costs no disk; reading it would cost all memory or all time."""
    with (scene.workspace / "huge").open("wb") as file:
        file.truncate(1 << 40)
    for tool in (Read(), Edit()):
        with pytest.raises(ToolError, match="are more than"):
            scene.call(tool, path="huge", old="x", new="y")
    with pytest.raises(ToolError):
        scene.call(Read(), path="huge", offset=1, limit=1)
    assert scene.probe(Write(), path="huge") is None
    assert scene.call(Grep(), pattern="x") == []
    monkeypatch.setattr(content, "MAX_LOOK_BYTES", 3)
    monkeypatch.setattr(files, "MAX_EDIT_BYTES", 3)
    scene.put("four", "1234")
    scene.put("three", "123")
    assert scene.probe(Write(), path="four") is None
    assert scene.probe(Write(), path="three")["size"] == 3
    with pytest.raises(ToolError, match="are more than"):
        scene.call(Edit(), path="four", old="1", new="2")


def test_a_line_without_end_is_no_text(scene):
    scene.put("endless", "x" * (MAX_LINE_BYTES + 1))
    scene.put("text", "x\n")
    assert scene.call(Grep(), pattern="x") == ["text:1:x"]
    with pytest.raises(ToolError, match="binary"):
        scene.call(Grep(), pattern="x", path="endless")

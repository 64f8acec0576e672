"""Laws: what was written is read back exactly; an edit changes what it names and nothing else.

A failure leaves a file as it was, and says what happened and what to do.
"""

import errno
import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tool_calls import open_scene

from llmos_core.errors import ToolError
from llmos_std.tools import content, files
from llmos_std.tools.files import Edit, Read, Write

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["a\r\nb\n\rc", "\ufeffx", "\0", ""]
)
FRAGMENTS = st.text("ab\n", max_size=6)


@given(text=TEXTS)
@settings(deadline=None)
def test_reading_gives_back_exactly_what_was_written(text):
    with open_scene() as scene:
        answer = scene.call(Write(), path="deep/er/file.txt", content=text)
        assert scene.call(Read(), path="deep/er/file.txt") == text
        assert answer == {"path": "deep/er/file.txt", "bytes": len(text.encode()), "created": True}
        assert (scene.workspace / "deep/er/file.txt").read_bytes() == text.encode()


@given(
    lines=st.lists(st.text("ab\r", max_size=3), min_size=1, max_size=6),
    first=st.integers(1, 7),
    limit=st.integers(1, 7),
)
@settings(deadline=None)
def test_lines_are_the_pieces_between_newlines_with_their_newlines(lines, first, limit):
    text = "\n".join(lines)
    pieces = text.splitlines(keepends=True) if "\r" not in text else [p + "\n" for p in text.split("\n")[:-1]]
    if "\r" in text and text.split("\n")[-1]:
        pieces.append(text.split("\n")[-1])
    with open_scene() as scene:
        scene.put("f", text)
        if first > max(len(pieces), 1):
            with pytest.raises(ToolError, match="past the end"):
                scene.call(Read(), path="f", offset=first, limit=limit)
        else:
            assert scene.call(Read(), path="f", offset=first, limit=limit) == "".join(pieces[first - 1 :][:limit])


@given(before=FRAGMENTS, old=st.text("ab\n", min_size=1, max_size=3), after=FRAGMENTS, new=FRAGMENTS)
@settings(deadline=None)
def test_an_edit_replaces_the_one_occurrence_and_nothing_else(before, old, after, new):
    text = before + old + after
    places = [i for i in range(len(text)) if text.startswith(old, i)]
    with open_scene() as scene:
        scene.put("f", text)
        if len(places) == 1 and old != new:
            assert scene.call(Edit(), path="f", old=old, new=new) == {"path": "f", "replacements": 1}
            assert scene.call(Read(), path="f") == before + new + after
        else:
            with pytest.raises(ToolError):
                scene.call(Edit(), path="f", old=old, new=new)
            assert scene.call(Read(), path="f") == text


@given(pieces=st.lists(st.text("xy", max_size=3), min_size=2, max_size=5), new=FRAGMENTS)
@settings(deadline=None)
def test_editing_all_replaces_every_occurrence(pieces, new):
    with open_scene() as scene:
        scene.put("f", "old".join(pieces))
        assert scene.call(Edit(), path="f", old="old", new=new, all=True)["replacements"] == len(pieces) - 1
        assert scene.call(Read(), path="f") == new.join(pieces)


def test_writing_again_replaces_and_says_so(scene):
    scene.call(Write(), path="f", content="one")
    assert scene.call(Write(), path="f", content="two!") == {"path": "f", "bytes": 4, "created": False}
    assert [path.name for path in scene.workspace.iterdir()] == ["f"]


def test_whether_the_file_was_new_does_not_matter_for_a_replay():
    new, old = ({"path": "f", "bytes": 1, "created": created} for created in (True, False))
    assert Write().generalise(new) == Write().generalise(old)
    assert Write().generalise(new) != Write().generalise({**new, "bytes": 2})


def test_the_permissions_of_a_file_are_kept(scene):
    file = scene.put("run.sh", "old")
    file.chmod(0o750)
    scene.call(Write(), path="run.sh", content="new")
    scene.call(Edit(), path="run.sh", old="new", new="newer")
    assert stat.S_IMODE(file.stat().st_mode) == 0o750


def test_a_hard_link_to_a_file_outside_is_cut_not_followed(scene):
    os.link(scene.outside / "secret.txt", scene.workspace / "twin")
    before = scene.neighbours()
    scene.call(Write(), path="twin", content="mine")
    assert scene.neighbours() == before


def test_probing_tells_absent_file_folder_and_other_apart(scene):
    scene.put("folder/f", "text")
    digest = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"
    for tool in (Read(), Write(), Edit()):
        assert scene.probe(tool, path="folder/f") == {"state": "file", "sha256": digest, "size": 4}
        assert scene.probe(tool, path="folder") == scene.probe(tool, path=".") == {"state": "dir"}
        assert scene.probe(tool, path="missing") == scene.probe(tool, path="no/where") == {"state": "absent"}
    assert sorted(path.name for path in scene.workspace.iterdir()) == ["folder"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing", "no such file"),
        ("no/where", "no such file"),
        ("folder", "folder"),
        ("binary", "UTF-8"),
        ("f/x", "no folder"),
        ("n" * 300, "too long"),
        ("f/", "no folder"),
        (".", "folder"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_next_step(scene, path, words):
    scene.put("folder/x")
    scene.put("f", "text")
    (scene.workspace / "binary").write_bytes(b"\x89PNG\xff")
    with pytest.raises(ToolError, match=words) as caught:
        scene.call(Read(), path=path)
    assert str(caught.value).startswith((path.rstrip("/"), "."))
    assert "Errno" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "words"), [("folder", "folder"), ("f/x", "no folder"), ("new/", "no such"), ("locked", "protected")]
)
def test_what_cannot_be_written_is_named_with_the_next_step(scene, path, words):
    scene.put("folder/x")
    scene.put("f", "text")
    scene.put("locked", "text").chmod(0o444)
    with pytest.raises(ToolError, match=words):
        scene.call(Write(), path=path, content="new")
    assert sorted(p.name for p in scene.workspace.iterdir()) == ["f", "folder", "locked"]


def test_half_a_surrogate_pair_is_no_text(scene):
    with pytest.raises(ToolError, match="surrogate"):
        scene.call(Write(), path="f", content="a\ud800")
    assert not (scene.workspace / "f").exists()


def test_a_workspace_that_has_gone_is_named(scene):
    (scene.workspace).rmdir()
    with pytest.raises(ToolError, match="workspace"):
        scene.call(Read(), path="f")


def test_a_big_file_is_read_in_parts(scene, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 20)
    scene.put("f", "0123456789\n" * 5)
    with pytest.raises(ToolError, match="offset and limit"):
        scene.call(Read(), path="f")
    assert scene.call(Read(), path="f", offset=5, limit=1) == "0123456789\n"
    with pytest.raises(ToolError, match="fewer lines"):
        scene.call(Read(), path="f", offset=1, limit=4)


def test_an_empty_file_is_empty_text(scene):
    scene.put("f")
    assert scene.call(Read(), path="f") == scene.call(Read(), path="f", offset=1, limit=3) == ""


FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EMFILE]
CALLS = ["open", "stat", "fstat", "readlink", "read", "write", "fsync", "rename", "fchmod", "access"]


class Failing:
    """Lets call number `at` of the operating system fail."""

    def __init__(self, at, fault):
        self.at, self.fault, self.count = at, fault, 0

    def wrap(self, function):
        def called(*args, **kwargs):
            self.count += 1
            if self.count == self.at:
                raise OSError(self.fault, os.strerror(self.fault))
            return function(*args, **kwargs)

        return called


@pytest.mark.parametrize("at", range(1, 30))
@pytest.mark.parametrize("tool", ["read", "write", "edit"])
def test_whatever_call_of_the_system_fails_the_file_is_whole_and_the_message_plain(scene, monkeypatch, tool, at):
    scene.put("f", "old")
    failing = Failing(at, FAULTS[at % len(FAULTS)])
    for name in CALLS:
        monkeypatch.setattr(os, name, failing.wrap(getattr(os, name)))
    calls = {
        "read": lambda: scene.call(Read(), path="f"),
        "write": lambda: scene.call(Write(), path="f", content="new"),
        "edit": lambda: scene.call(Edit(), path="f", old="old", new="new"),
    }
    message = ""
    try:
        calls[tool]()
    except ToolError as error:
        message = str(error)
    monkeypatch.undo()
    assert [path.name for path in scene.workspace.iterdir()] == ["f"]
    assert scene.call(Read(), path="f") in ("old", "new")
    assert "Errno" not in message
    assert not message or message.startswith(("f: ", "the workspace "))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_full_disk_leaves_the_old_file_and_says_so(scene, monkeypatch, fault):
    scene.put("f", "old")
    monkeypatch.setattr(os, "write", Failing(1, fault).wrap(os.write))
    with pytest.raises(ToolError, match="f: "):
        scene.call(Write(), path="f", content="new")
    assert scene.call(Read(), path="f") == "old"


def test_a_write_that_takes_only_a_part_at_a_time_is_continued(scene, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:3]))
    scene.call(Write(), path="f", content="a longer text")
    assert scene.call(Read(), path="f") == "a longer text"


def test_a_file_changed_by_somebody_else_during_an_edit_is_left_to_them(scene, monkeypatch):
    file = scene.put("f", "old")
    real = content._fill

    def filling(*args):
        file.write_text("theirs")
        real(*args)

    monkeypatch.setattr(content, "_fill", filling)
    with pytest.raises(ToolError, match="meanwhile"):
        scene.call(Edit(), path="f", old="old", new="new")
    assert file.read_text() == "theirs"


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root")
def test_a_file_that_may_not_be_read_is_named(scene):
    for path in (scene.outside.parent, scene.outside, scene.workspace):
        path.chmod(0o755)
    scene.put("closed", "text").chmod(0)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            with pytest.raises(ToolError, match="permission denied"):
                scene.call(Read(), path="closed")
            with pytest.raises(ToolError, match="permission denied"):
                scene.call(Write(), path="new", content="x")
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

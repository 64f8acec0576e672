"""Laws: Glob finds what pathlib finds among visible files, sorted; Grep finds every line that a plain search finds."""

import os
import re
import sys
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tool_calls import open_scene

from llmos_core.errors import ToolError, ToolRefusedError
from llmos_std.tools import search
from llmos_std.tools.search import Glob, Grep, expand_braces

NAMES = st.sampled_from(["a", "b", "ab", "a.txt", "b.py", ".h", "x.py"])
TREES = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=8, unique=True)
PATTERNS = st.lists(st.sampled_from(["*", "**", "a", "?", "*.py", "a*", "[ab]", "b.py"]), min_size=1, max_size=4)


def plant(scene, tree):
    """Make the files that do not stand in the way of each other."""
    for parts in tree:
        path = scene.workspace.joinpath(*parts)
        if not path.exists() and all(not (scene.workspace.joinpath(*parts[:i])).is_file() for i in range(len(parts))):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("/".join(parts))


def visible(scene):
    files = (path.relative_to(scene.workspace).as_posix() for path in scene.workspace.rglob("*") if path.is_file())
    return sorted(file for file in files if not any(part.startswith(".") for part in file.split("/")))


@given(tree=TREES, pattern=PATTERNS)
@settings(deadline=None)
def test_glob_finds_exactly_the_visible_files_that_match(tree, pattern):
    with open_scene() as scene:
        plant(scene, tree)
        wanted = "/".join([*pattern, "*"] if pattern[-1] == "**" else pattern)
        expression = "".join(
            translated(part, is_last=i == wanted.count("/")) for i, part in enumerate(wanted.split("/"))
        )
        expected = [file for file in visible(scene) if re.fullmatch(expression, file)]
        assert scene.call(Glob(), pattern="/".join(pattern)) == expected


def translated(part, *, is_last):
    """One component of a pattern as a regular expression over paths."""
    if part == "**":
        return "(?:[^/]+/)*"
    text = re.escape(part).replace(r"\*", "[^/]*").replace(r"\?", "[^/]").replace(r"\[ab\]", "[ab]")
    return text if is_last else text + "/"


def test_what_is_found_is_sorted_and_relative(scene):
    for name in ("b.py", "a/z.py", "a/b.py", "c.txt"):
        scene.put(name)
    assert scene.call(Glob(), pattern="**/*.py") == ["a/b.py", "a/z.py", "b.py"]
    assert scene.call(Glob(), pattern=f"{scene.workspace}/*.py") == ["b.py"]


def test_a_slash_at_the_end_asks_for_folders(scene):
    scene.put("a/b/c")
    scene.put("f")
    assert scene.call(Glob(), pattern="*/") == ["a"]
    assert scene.call(Glob(), pattern="**/") == ["a", "a/b"]


def test_hidden_files_are_found_only_by_a_pattern_with_the_dot(scene):
    scene.put(".github/ci.yml")
    scene.put(".env")
    assert scene.call(Glob(), pattern="**/*") == scene.call(Glob(), pattern="*") == []
    assert scene.call(Glob(), pattern=".github/*") == [".github/ci.yml"]
    assert scene.call(Glob(), pattern=".*") == [".env"]


def test_links_are_listed_but_folders_behind_them_are_not_searched(scene):
    scene.put("real/x.py")
    (scene.workspace / "again").symlink_to("real")
    (scene.workspace / "x.py").symlink_to("real/x.py")
    (scene.workspace / "out").symlink_to("../ws-evil")
    assert scene.call(Glob(), pattern="**/*") == ["real/x.py", "x.py"]
    assert scene.call(Glob(), pattern="again/*") == ["again/x.py"]
    with pytest.raises(ToolRefusedError):
        scene.call(Glob(), pattern="out/*")


@pytest.mark.parametrize("pattern", ["../*", "/etc/*", "a/../../*", "{a,..}/*", "*/..", "\0"])
def test_a_pattern_that_leads_out_is_refused(scene, pattern):
    with pytest.raises(ToolRefusedError):
        scene.call(Glob(), pattern=pattern)


def test_nothing_there_is_an_empty_list(scene):
    for pattern in ("*.none", "no/such/*", "no/such/**/x"):
        assert scene.call(Glob(), pattern=pattern) == []


@pytest.mark.parametrize(
    ("pattern", "expanded"),
    [
        ("a", ["a"]),
        ("{a}", ["{a}"]),
        ("{a,b}", ["a", "b"]),
        ("{,x}", ["", "x"]),
        ("x{a,b}{1,2}", ["xa1", "xa2", "xb1", "xb2"]),
        ("{a,{b,c}}", ["a", "b", "a", "c"]),
    ],
)
def test_braces_stand_for_each_of_their_choices(pattern, expanded):
    assert sorted(expand_braces(pattern)) == sorted(expanded)


def test_braces_without_end_are_refused():
    with pytest.raises(ToolError, match="fewer"):
        expand_braces("{a,b}" * 20)


def test_too_many_files_are_refused_not_cut(scene, monkeypatch):
    monkeypatch.setattr(search, "MAX_PATHS", 3)
    for name in "abc":
        scene.put(name)
    assert len(scene.call(Glob(), pattern="*")) == 3
    scene.put("d")
    with pytest.raises(ToolError, match="narrow"):
        scene.call(Glob(), pattern="*")


def test_folders_without_end_are_refused(scene):
    folder = scene.workspace
    for _ in range(110):
        folder /= "d"
    folder.mkdir(parents=True)
    with pytest.raises(ToolError, match="deep"):
        scene.call(Glob(), pattern="**/*")


def test_a_search_ends_when_its_time_is_up():
    with open_scene(timeout_s=-1.0) as scene:
        for call in (lambda: scene.call(Glob(), pattern="**/*"), lambda: scene.call(Grep(), pattern="x")):
            with pytest.raises(ToolError, match="time ran out"):
                call()


@pytest.mark.skipif(sys.platform == "darwin", reason="file names are always UTF-8 there")
def test_a_file_name_that_is_no_text_is_shown_with_a_replacement_sign(scene):
    scene.put(os.fsdecode(b"bad\xff.txt"))
    assert scene.call(Glob(), pattern="*") == ["bad�.txt"]


@given(
    files=st.dictionaries(
        st.sampled_from(["a.txt", "d/b.txt", "d/e/c.txt"]), st.lists(st.text("abc ", max_size=4), max_size=5)
    ),
    pattern=st.sampled_from(["a", "ab+", "^b", "c$", "[ac]b", " "]),
)
@settings(deadline=None)
def test_grep_finds_exactly_the_lines_that_match(files, pattern):
    with open_scene() as scene:
        for name, lines in files.items():
            scene.put(name, "\n".join(lines))
        order = sorted(files, key=lambda name: PurePosixPath(name).parts)
        expected = [
            f"{name}:{number}:{line}"
            for name in order
            for number, line in enumerate("\n".join(files[name]).split("\n"), start=1)
            if re.search(pattern, line) and (line or number < len(files[name]))
        ]
        assert scene.call(Grep(), pattern=pattern) == expected


def test_grep_looks_into_one_file_or_folder_when_told(scene):
    scene.put("a/x.txt", "one\ntwo\n")
    scene.put("b.txt", "one\n")
    assert scene.call(Grep(), pattern="one", path="a") == ["a/x.txt:1:one"]
    assert scene.call(Grep(), pattern="one", path="b.txt") == ["b.txt:1:one"]


def test_lines_come_in_order_of_their_numbers(scene):
    scene.put("f", "x\n" * 12)
    assert [line.split(":")[1] for line in scene.call(Grep(), pattern="x")] == [str(n) for n in range(1, 13)]


def test_windows_line_ends_do_not_show(scene):
    scene.put("f", "one\r\ntwo\r\n")
    assert scene.call(Grep(), pattern="o$") == ["f:2:two"]


def test_hidden_and_binary_files_are_passed_over(scene):
    scene.put(".env", "key=1")
    scene.put("binary", "key\0")
    scene.put("text", "key")
    assert scene.call(Grep(), pattern="key") == ["text:1:key"]
    with pytest.raises(ToolError, match="binary"):
        scene.call(Grep(), pattern="key", path="binary")


def test_bytes_that_are_no_text_do_not_hide_a_line(scene):
    (scene.workspace / "latin").write_bytes("caf\xe9 key\n".encode("latin-1"))
    assert scene.call(Grep(), pattern="key") == ["latin:1:caf� key"]


def test_a_long_line_is_shortened(scene):
    scene.put("f", "x" * 10_000)
    (line,) = scene.call(Grep(), pattern="x")
    assert len(line) < 600
    assert line.endswith("…")


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "(?P<n", "*"])
def test_a_broken_expression_is_named(scene, pattern):
    with pytest.raises(ToolError, match="no regular expression"):
        scene.call(Grep(), pattern=pattern)


def test_too_many_lines_are_refused_not_cut(scene, monkeypatch):
    monkeypatch.setattr(search, "MAX_LINES", 3)
    scene.put("f", "x\n" * 3)
    assert len(scene.call(Grep(), pattern="x")) == 3
    scene.put("g", "x\n")
    with pytest.raises(ToolError, match="narrow"):
        scene.call(Grep(), pattern="x")


def test_searching_in_what_is_not_there_is_an_error(scene):
    with pytest.raises(ToolError, match="no such"):
        scene.call(Grep(), pattern="x", path="missing")

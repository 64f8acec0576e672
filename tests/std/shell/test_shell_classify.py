"""Laws: only what is understood to the last word is harmless, and adding a command never lowers a level."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shell_examples import DESTRUCTIVE, READ, UNKNOWN, WORKSPACE

from llmos_std.shell.classify import LEVELS, classify
from llmos_std.shell.parsing import MAX_CHARS, parse
from llmos_std.shell.script import SUBSTITUTED

EVERYTHING = [*READ, *WORKSPACE, *UNKNOWN, *DESTRUCTIVE]
COMMANDS = st.sampled_from(EVERYTHING)
PARTS = st.sampled_from(
    [
        *(
            "ls",
            "cat",
            "rm",
            "-rf",
            "/",
            "a.txt",
            "|",
            ";",
            "&&",
            "$(",
            ")",
            "'",
            '"',
            "`",
            ">",
            "<",
            "<<E",
            "\n",
            "\\",
        ),
        *("{", "}", "$X", "&", "(", "if", "then", "fi", "do", "done", "case", "in", "esac", "#", "*", "~", ".."),
        *("echo", "bash -c", "2>&1", "=", "!"),
    ]
)
NOISE = st.lists(PARTS, max_size=8).map(" ".join) | st.text(max_size=20)


def is_whole(command):
    """Say whether a text is something that a shell would run: it holds a command, and no error."""
    return bool(parse(command).commands) and not parse(command).is_broken


def rank(command, **options):
    return LEVELS.index(classify(command, **options).level)


@pytest.mark.parametrize(
    ("level", "commands"),
    [("read", READ), ("workspace", WORKSPACE), ("unknown", UNKNOWN), ("destructive", DESTRUCTIVE)],
)
def test_each_example_has_its_level(level, commands):
    assert {command: classify(command).level for command in commands} == dict.fromkeys(commands, level)


@settings(max_examples=400, deadline=None)
@given(first=COMMANDS, sign=st.sampled_from(["; ", " && ", " || ", " | ", "\n", ";", "\n\n"]), more=COMMANDS | NOISE)
@example(first="rm -rf /", sign="; ", more="'")
@example(first="ls", sign=" | ", more="cat")
@example(first="echo aGk= | base64 -d | sh", sign="\n", more="do \\")
@example(first="kill -9 -1", sign="\n", more="\\ then {")
@example(first="kill -9 -1", sign="\n", more="\\ ) cat }")
def test_adding_a_command_never_lowers_the_level(first, sign, more):
    if is_whole(first):
        assert rank(first + sign + more) >= rank(first)


@settings(deadline=None)
@given(first=st.sampled_from([c for c in EVERYTHING if "#" not in c and "<<" not in c]), more=COMMANDS)
def test_a_harmless_command_before_another_does_not_hide_it(first, more):
    if is_whole(first) and is_whole(more):
        assert rank(f"{first}\n{more}") >= rank(more)


@settings(max_examples=300, deadline=None)
@given(NOISE)
def test_any_text_is_classified_with_a_reason(text):
    found = classify(text)
    assert found.level in LEVELS
    assert found.reason
    assert found.rule


@given(st.sampled_from(DESTRUCTIVE), st.integers(0, 20_000))
@settings(deadline=None, max_examples=30)
def test_length_hides_nothing(command, length):
    assert rank(f"{command}\n{'ls; ' * (length // 4)}") == rank(command)


def test_what_is_too_long_is_never_harmless():
    text = "ls; " * MAX_CHARS
    assert classify(text[: MAX_CHARS - 2]).level == "read"
    assert (classify(text).level, classify(text).rule) == ("unknown", "too-long")


@pytest.mark.parametrize("opening", ["$(", "(", "{ ", "`", "x(){ ", "<(", "${x:-$(", "bash -c '", '"$('])
@pytest.mark.parametrize("depth", [50, 2_000])
def test_nesting_without_end_is_never_harmless(opening, depth):
    assert rank("echo " + opening * depth + "rm -rf /") >= LEVELS.index("unknown")


def test_the_stand_in_for_a_substitution_gains_nothing_when_written_by_hand():
    assert classify(f"cat {SUBSTITUTED}").level == "unknown"
    assert classify(f"echo {SUBSTITUTED}").level == "read"


@pytest.mark.parametrize("wrap", ["echo $({})", 'echo "a $({}) b"', "bash -c '{}'", "({})", "ls; {}", "ls && {} | cat"])
@given(inner=st.sampled_from([c for c in EVERYTHING if not set(c) & set("'#\"\\`\n") and "<<" not in c and c.strip()]))
@settings(deadline=None)
def test_a_command_inside_another_counts_as_much_as_alone(wrap, inner):
    if is_whole(inner):
        assert rank(wrap.format(inner)) >= rank(inner)


class TestLinks:
    """With the folder at hand, links that lead out are seen."""

    @pytest.fixture
    def folder(self, tmp_path):
        (tmp_path / "secret").mkdir()
        (tmp_path / "secret" / "a.txt").write_text("secret")
        folder = tmp_path / "ws"
        (folder / "src").mkdir(parents=True)
        (folder / "a.txt").write_text("mine")
        (folder / "out").symlink_to(tmp_path / "secret")
        (folder / "file.txt").symlink_to(tmp_path / "secret" / "a.txt")
        (folder / "src" / "deep.txt").symlink_to("../../secret/a.txt")
        (folder / "same").symlink_to("src")
        return folder

    @pytest.mark.parametrize(
        "command",
        [
            *("cat file.txt", "cat out/a.txt", "ls out", "cat *.txt", "cd src && cat deep.txt", "cat < file.txt"),
            *("cd out; ls", "echo x > file.txt", "echo x > out/new", "cp a.txt file.txt", "cp a.txt out"),
            *("mv a.txt src/deep.txt", "tee file.txt", "cp src/x/deep.txt src", "bash -c 'cat file.txt'"),
            *("find out -name x", "git diff file.txt", "mkdir out/x"),
        ],
    )
    def test_a_link_that_leads_out_is_asked_about(self, folder, command):
        assert classify(command, folder).level == "unknown"
        assert classify(command).level in ("read", "workspace")

    @pytest.mark.parametrize(
        "command", ["cat a.txt", "ls same", "ls src", "cp a.txt src", "echo x > same/new.txt", "cat none.txt"]
    )
    def test_a_link_that_stays_inside_is_fine(self, folder, command):
        assert classify(command, folder).level == classify(command).level != "unknown"

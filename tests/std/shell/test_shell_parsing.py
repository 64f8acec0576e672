"""Laws: words are read as bash reads them, and whatever is not followed is called strange."""

import shlex
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmos_std.shell import parsing
from llmos_std.shell.parsing import parse
from llmos_std.shell.plain import plain_commands
from llmos_std.shell.script import SUBSTITUTED

LETTERS = st.text("ab 'x\"\\$;|&<>()#*?[]{}~!=é/.-", max_size=6)
QUOTED = st.one_of(
    LETTERS.map(shlex.quote),
    LETTERS.map(lambda text: '"' + "".join("\\" + c if c in '"\\$`' else c for c in text) + '"'),
    st.text("abx/.-_=", min_size=1, max_size=4),
)
WORDS = st.lists(st.lists(QUOTED, min_size=1, max_size=3).map("".join), min_size=1, max_size=4)


def texts(command):
    return [[word.text for word in each.words] for each in parse(command).commands]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is the judge")
@given(WORDS)
@settings(deadline=None, max_examples=150)
def test_words_are_read_as_bash_reads_them(words):
    command = " ".join(["printf", r"'%s\0'", *words])
    script = parse(command)
    if script.strange or any(word.is_glob or word.raw.startswith("~") for word in script.commands[0].words):
        return
    said = subprocess.run(["bash", "--norc", "-c", command], capture_output=True, check=False, cwd="/").stdout
    assert said.decode().split("\0")[:-1] == [word.text for word in script.commands[0].words[2:]]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is the judge")
@given(
    st.lists(WORDS, min_size=1, max_size=3), st.sampled_from([";", "\n", " && ", " | cat; ", " # why\n", "; ", "\n\n"])
)
@settings(deadline=None, max_examples=100)
def test_the_second_reader_reads_plain_commands_as_bash_does(commands, separator):
    text = separator.join(" ".join(["printf", r"'%s\0'", *words, "''"]) for words in commands)
    found = plain_commands(text)
    if found is None or set(text) & set("*?[]{}~!="):
        return
    said = subprocess.run(["bash", "--norc", "-c", text], capture_output=True, check=False, cwd="/").stdout
    assert said.decode().split("\0")[:-1] == [word for words in found if words[0] == "printf" for word in words[2:]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b;c&&d\n\ne|(f)", [["a", "b"], ["c"], ["d"], ["e"], ["f"]]),
        ("a 2>b >>c <d 2>&1", [["a", "2", "b", "c", "d", "2", "1"]]),
        ('a "b$" "c$|d"', [["a", "b$", "c$|d"]]),
        ("a # b\nc#d", [["a"], ["c#d"]]),
        ("a 'b c'\"d\"\\ e ''", [["a", "b cd e", ""]]),
        ("", []),
        ("a $b", None),
        ("a `b`", None),
        ("a 'b", None),
        ('a "b', None),
        ("a \\\nb", None),
        ("a \\", None),
        ('"$a"', None),
        ('"$(a)"', None),
        ('"${a}"', None),
        ('"$$"', None),
    ],
)
def test_the_second_reader_knows_plain_commands_only(text, expected):
    assert plain_commands(text) == expected


@given(st.text(max_size=40))
@example("D{\U001038bc")  # as it is, this crashed the parser, and the process with it
@settings(deadline=None)
def test_no_text_is_too_odd_to_be_read(text):
    assert isinstance(parse(text).strange, str)


@given(st.text(max_size=20))
def test_the_parser_never_sees_a_character_that_its_tables_do_not_have(text):
    seen = []

    real = parsing.parser()

    class Watching:
        def parse(self, source):
            seen.append(source)
            return real.parse(source)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "parser", Watching)
        parse(text)
    assert all(source.isascii() and len(source) == len(text) for source in seen)


def test_letters_beyond_ascii_stay_what_they_are():
    assert texts("echo 'é' \"ß\" 日本 | grep ö") == [["echo", "é", "ß", "日本"], ["grep", "ö"]]
    assert parse("echo 日本").strange == ""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ls -l a", [["ls", "-l", "a"]]),
        ("ls;pwd", [["ls"], ["pwd"]]),
        ("a | b && c || d\ne", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("echo 'a b' \"c d\" e\\ f", [["echo", "a b", "c d", "e f"]]),
        ("r\"m\" x'y'z", [["rm", "xyz"]]),
        ("echo $(id; ls)", [["id"], ["ls"], ["echo", "llmos-substituted-text"]]),
        ("2>/dev/null ls a", [["ls", "a"]]),
    ],
)
def test_simple_commands_are_listed_in_order(command, expected):
    assert texts(command) == expected
    assert parse(command).strange == ""


@pytest.mark.parametrize(
    "command",
    [
        *(
            "ls &",
            "if a; then b; fi",
            "a=1",
            "echo $a",
            "echo `a`",
            "cat <<E\nx\nE",
            "cat <<< x",
            "a <(b)",
            "echo {a,b}",
        ),
        *("ls 'a", "echo $((1+1))", "[[ a ]]", "f() { a; }", "ls >a b >&2 c", "case a in b) c;; esac", "echo $'a'"),
        *('echo $"a"', "a\\\nb", "ls\x07", "ls\x85", "ls\u2028x", "ls\ufeff", "\ud800", "ls |& cat", "((a++))"),
        *("select a in b; do c; done", "{ a; }", "a[1]=2", "export A=1", "echo ${a}", "function f { a; }"),
    ],
)
def test_what_is_not_followed_is_strange(command):
    assert parse(command).strange


@pytest.mark.parametrize(
    ("command", "inner"),
    [
        ("if rm a; then b; fi", ["rm", "a"]),
        ("for x in $(rm a); do b; done", ["rm", "a"]),
        ("echo `rm a`", ["rm", "a"]),
        ("cat <(rm a)", ["rm", "a"]),
        ("x=$(rm a)", ["rm", "a"]),
        ("f() { rm a; }", ["rm", "a"]),
        ("cat <<E\n$(rm a)\nE", ["rm", "a"]),
        ("rm a &", ["rm", "a"]),
        ("ls\n\\rm a", ["rm", "a"]),
        ("ls a\n\n\\rm a", ["rm", "a"]),
        ("a=1 rm a", ["rm", "a"]),
        ("[[ $(rm a) ]]", ["rm", "a"]),
        ("echo ${x:-$(rm a)}", ["rm", "a"]),
    ],
)
def test_commands_inside_strange_texts_are_still_seen(command, inner):
    assert inner in texts(command)


def test_a_command_knows_whose_output_it_gets():
    first, second, third = parse("a | b | c").commands
    assert [len(each.sources) for each in (first, second, third)] == [0, 1, 2]
    *_, outer = parse("sh <(curl x)").commands
    assert [word.text for word in outer.sources[0].words] == ["curl", "x"]


def test_redirections_say_where_they_lead():
    found = [(redirect.operator, redirect.target.text) for redirect in parse("a < b > c 2>> d 2>&1").redirects]
    assert found == [("<", "b"), (">", "c"), (">>", "d"), (">&", "1")]


def test_substitutions_are_spliced_out():
    script = parse('echo $(id) é "a $(ls $(pwd))"')
    assert script.substitutions == ("id", "ls $(pwd)")
    assert script.spliced == f'echo {SUBSTITUTED} é "a {SUBSTITUTED}"'

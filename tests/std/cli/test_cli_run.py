"""Law of `llmos run`: standard output has the answer and nothing else, and the exit code says how the run ended."""

import json
import re

import pytest

HELLO = "create a file hello.txt that says hello"
STRANGE = "ponder the meaning of tea"


def test_the_answer_is_all_that_is_printed_where_nobody_watches(shell):
    code, out, err = shell("run", HELLO)
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert (shell.workspace / "hello.txt").read_text() == "hello"


def test_the_words_of_a_goal_need_no_quotes(shell):
    assert shell("run", *HELLO.split())[0] == 0
    assert (shell.workspace / "hello.txt").read_text() == "hello"


@pytest.mark.spec("RS-001")
def test_learned_once_it_is_replayed_without_a_model_call_also_after_the_file_is_gone(shell):
    first = shell.json("run", HELLO, "--json")
    (shell.workspace / "hello.txt").unlink()
    second = shell.json("run", HELLO, "--json")
    assert (first["mode"], second["mode"], second["model_calls"]) == ("LEARNER", "FOLLOWER", 0)
    assert second["trace_id"] == first["trace_id"]
    assert (shell.workspace / "hello.txt").read_text() == "hello"


def test_a_dry_run_makes_nothing_in_a_fresh_workspace(shell):
    code, out, _ = shell("run", HELLO, "--dry-run")
    assert code == 0
    assert HELLO in out
    assert shell.files() == set()


def test_a_dry_run_tells_the_steps_of_a_replay_and_changes_no_file(shell):
    trace_id = shell.learn()
    (shell.workspace / "hello.txt").unlink()
    before = {path: path.read_bytes() for path in shell.workspace.rglob("*.md")}
    result = shell.json("run", HELLO, "--dry-run", "--json")
    assert (result["mode"], result["trace_id"]) == ("FOLLOWER", trace_id)
    assert [(step["tool"], step["status"]) for step in result["steps"]] == [("Write", "planned")]
    assert {path: path.read_bytes() for path in shell.workspace.rglob("*.md")} == before
    assert not (shell.workspace / "hello.txt").exists()
    assert shell.json("stats", "--json")["runs"] == 1


@pytest.mark.spec("RS-004")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((HELLO,), 0),
        ((STRANGE,), 3),
        ((HELLO, "--mode", "follower"), 1),
        ((HELLO, "--permission-mode", "plan"), 4),
        (("--mode", "nonsense", HELLO), 2),
        (("--max-turns", "0", HELLO), 2),
        (("--provider", "bultin", HELLO), 2),
        (("--strategy", "atuo", HELLO), 2),
        (("--nonsense", HELLO), 2),
        ((), 2),
    ],
)
def test_the_exit_code_says_how_it_ended(shell, arguments, code):
    assert shell("run", *arguments)[0] == code
    assert shell("run", *arguments, "--json")[0] == code


@pytest.mark.spec("RS-001")
@pytest.mark.parametrize("arguments", [(STRANGE,), (HELLO, "--permission-mode", "plan"), ("--strategy", "atuo", HELLO)])
def test_also_a_failure_is_exactly_one_value(shell, arguments):
    _, out, _ = shell("run", *arguments, "--json")
    result = json.loads(out)
    assert result["status"] in {"failed", "denied"}
    assert result["reason"]


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("run", "--provider", "bultin", HELLO), "did you mean 'builtin'"),
        (("run", "--strategy", "atuo", HELLO), "did you mean 'auto'"),
        (("run", "--moed", "auto", HELLO), "--mode"),
        (("rnu", HELLO), "did you mean 'run'"),
        (("traces", "lsit"), "list"),
        (("config", "show", "kernl"), "did you mean 'kernel'"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(shell, arguments, meant):
    code, out, err = shell(*arguments)
    assert (code, out) == (2, "")
    assert meant in err


def test_a_broken_configuration_is_told_problem_by_problem(shell):
    shell.configure('[kernel]\nbudget_usd = "-1"\nbudgt = 3\n[kernl]\nx = 1\n')
    code, out, err = shell("run", HELLO)
    assert (code, out) == (7, "")
    assert {"config.toml:2", "config.toml:3", "config.toml:4"} <= {
        part.strip(":") for part in err.split("/") for part in [part[:13]]
    }
    assert all(line.startswith("llmos: ") for line in err.splitlines())


def test_piped_text_joins_the_goal(shell):
    code, out, _ = shell("run", "-", "--dry-run", stdin="list all *.py files")
    assert (code, "list all *.py files" in out) == (0, True)


def test_what_comes_before_a_broken_pipe_of_goals_is_said_when_there_is_no_goal(shell):
    code, _, err = shell("run", stdin="  \n")
    assert code == 2
    assert "no goal was given" in err


@pytest.mark.parametrize("goal", ["", "   "])
@pytest.mark.parametrize("verb", [("run",), ("traces", "explain")])
def test_an_empty_goal_is_told_what_is_missing(shell, verb, goal):
    code, _, err = shell(*verb, goal, stdin="")
    assert code == 2
    assert err.startswith("llmos: no goal was given; say wh")


def test_a_folder_that_does_not_exist_is_refused_and_not_made(shell):
    code, _, err = shell("-C", str(shell.workspace / "misspelt"), "run", HELLO)
    assert code == 2
    assert "misspelt" in err
    assert shell.files() == set()


def test_another_folder_is_the_workspace_with_dash_c(shell):
    (shell.workspace / "other").mkdir()
    assert shell("-C", "other", "run", HELLO)[0] == 0
    assert (shell.workspace / "other" / "hello.txt").exists()
    assert not (shell.workspace / ".llmos").exists()


@pytest.mark.parametrize("verb", [(), ("run",), ("traces",), ("traces", "list"), ("config", "show"), ("doctor",)])
def test_help_has_an_example(shell, verb):
    code, out, _ = shell(*verb, "--help")
    assert code == 0
    assert "Examples:" in out
    assert "\x1b" not in out


def test_every_verb_has_an_example(shell):
    _, out, _ = shell("--help")
    verbs = re.findall(r"^  (\S+)", out.partition("Verbs:")[2].partition("Examples:")[0], re.MULTILINE)
    assert len(verbs) >= 11
    for verb in verbs:
        assert "Examples:" in shell(verb, "--help")[1], verb

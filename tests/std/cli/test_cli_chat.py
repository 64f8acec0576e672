"""Law of `llmos chat`, `init` and the terminal: line by line, nothing overwritten, no colour where none is wanted."""

from decimal import Decimal

from llmos_core.types.result import RunResult, Status
from llmos_std.cli.output import footer, one_line, styled, table

HELLO = "create a file hello.txt that says hello"


def test_each_line_is_a_goal_of_its_own(shell):
    code, out, err = shell("chat", stdin=f"{HELLO}\n\n{HELLO}\nexit\nlist all *.py files\n")
    assert (code, err) == (0, "")
    assert out.count("hello.txt") == 2
    assert shell.json("stats", "--json")["by_mode"] == {"FOLLOWER": 1, "LEARNER": 1}


def test_the_end_of_input_ends_it_with_the_last_goals_exit_code(shell):
    assert shell("chat", stdin="")[:2] == (0, "")
    assert shell("chat", stdin="ponder the meaning of tea\n")[0] == 3
    assert shell("chat", "--strategy", "atuo", stdin=f"{HELLO}\n")[0] == 2


def test_one_refused_goal_does_not_end_the_session(shell):
    code, out, err = shell("chat", stdin=f"ponder the meaning of tea\n{HELLO}\n")
    assert code == 0
    assert "hello.txt" in out
    assert "failed" in err


def test_making_a_workspace_twice_overwrites_nothing(shell):
    code, out, _ = shell("init")
    assert (code, "is now a workspace" in out) == (0, True)
    config = shell.workspace / ".llmos" / "config.toml"
    config.write_text("# mine\n")
    (shell.workspace / ".llmos" / "agents").rmdir()
    code, out, _ = shell("init")
    assert (code, "already" in out) == (0, True)
    assert config.read_text() == "# mine\n"
    assert (shell.workspace / ".llmos" / "agents").is_dir()


def test_a_fresh_workspace_is_private_and_its_file_needs_no_trust_before_it_says_something(shell):
    shell("init")
    house = shell.workspace / ".llmos"
    folders = [house, *(path for path in house.rglob("*") if path.is_dir())]
    assert {oct(path.stat().st_mode & 0o777) for path in folders} == {"0o700"}
    assert shell("run", HELLO)[2] == ""
    with (house / "config.toml").open("a") as file:
        file.write("[model]\nmax_turns = 3\n")
    assert "not trusted" in shell("run", HELLO)[2]


def test_init_trusts_nothing_that_somebody_else_put_there(shell):
    shell.put(".llmos/plugins/evil.py", "raise SystemExit")
    shell("init")
    assert "not trusted" in shell("run", HELLO)[2]


def test_init_makes_the_folder_that_it_is_given(shell):
    assert shell("-C", "new/project", "init")[0] == 0
    assert (shell.workspace / "new" / "project" / ".llmos" / "memories" / "traces").is_dir()


def test_no_colour_where_none_is_wanted(monkeypatch, capsys):
    class Terminal:
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" in styled("x", bold=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert styled("x", bold=True) == "x"


def test_a_footer_never_guesses_money(shell):
    result = RunResult(status=Status.SUCCEEDED, mode="LEARNER", run_id="r", cost_usd=None, saved_usd=Decimal(0))
    assert "cost unknown" in footer(result)
    assert "saved" not in footer(result)


def test_text_of_others_stays_on_its_line():
    assert one_line("a\nb\x1b[2Jc") == "a b�[2Jc"
    assert len(one_line("x" * 500, 10)) == 10


def test_a_table_lines_its_columns_up():
    assert table([("a", 1), ("bbb", 22)], ("name", "n")) == "name  n\na     1\nbbb   22"

"""Law of the verbs that only look: plugins, config, stats, completion, doctor. They change nothing."""

import json
from contextlib import closing

import pytest

from llmos_core.config.paths import find_paths
from llmos_core.testing.suites.services.journal import ENDED
from llmos_std.cli import checkups
from llmos_std.cli.checkups import Finding
from llmos_std.cli.stats import summary
from llmos_std.journal.journal import SqliteJournal

HELLO = "create a file hello.txt that says hello"


def test_plugins_are_listed_with_their_owners(shell):
    code, out, err = shell("plugins", "list", "--kind", "strategy")
    assert (code, err) == (0, "")
    assert "cost-optimized" in out
    assert "Write" not in out
    rows = shell.json("plugins", "list", "--json")
    assert {"kind": "tool", "name": "Write", "plugin": "std-tools"}.items() <= next(
        row for row in rows if row["name"] == "Write"
    ).items()
    assert {row["kind"] for row in rows} >= {"mode", "strategy", "provider", "memory", "tool", "service", "command"}


def test_a_setting_is_shown_with_its_origin(shell, monkeypatch):
    shell.configure('[model]\nprovider = "builtin"\n\n[kernel]\nbudget_usd = "3.5"\n')
    monkeypatch.setenv("LLMOS_MODEL__MAX_TURNS", "4")
    shown = shell.json("config", "show", "--json")
    assert shown["kernel.budget_usd"]["value"] == "3.5"
    assert shown["kernel.budget_usd"]["origin"].endswith("config.toml:5")
    assert shown["model.max_turns"] == {"value": 4, "origin": "LLMOS_MODEL__MAX_TURNS"}
    assert shown["model.timeout_s"]["origin"] == "default"
    assert list(shell.json("config", "show", "model.provider", "--json")) == ["model.provider"]


def test_where_the_configuration_would_be_is_printed(shell):
    assert shell("config", "path")[1].strip() == str(find_paths().user_config)
    assert shell("config", "path", "--project")[1].strip() == str(shell.workspace / ".llmos" / "config.toml")


def test_without_runs_the_statistics_say_so(shell):
    assert shell("stats")[0] == 0
    facts = shell.json("stats", "--json")
    assert (facts["runs"], facts["saved_usd"]) == (0, "0")
    assert shell.files() == set()


def test_every_share_names_the_number_it_is_of(shell):
    shell("run", HELLO)
    shell("run", HELLO)
    shell("run", "ponder the meaning of tea")
    facts = shell.json("stats", "--json")
    assert (facts["runs"], facts["runs_without_model"]) == (3, 1)
    assert facts["by_status"] == {"succeeded": 2, "failed": 1}
    _, out, _ = shell("stats")
    assert "33% (n = 3)" in out


def test_statistics_of_nothing_divide_by_nothing(shell):
    from llmos_core.protocols.storing import Spent
    from llmos_core.types.money import ZERO

    assert summary((), Spent(), Spent(), ZERO)["runs"] == 0


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed_for_each_shell(shell, name):
    code, out, _ = shell("completion", name)
    assert code == 0
    assert "_LLMOS_COMPLETE" in out
    assert "llmos" in out


def test_completion_offers_verbs_and_options(shell, monkeypatch):
    from click.shell_completion import ShellComplete

    from llmos_std.cli.group import cli

    complete = ShellComplete(cli, {}, "llmos", "_LLMOS_COMPLETE")
    assert "traces" in [item.value for item in complete.get_completions([], "tr")]
    assert "--strategy" in [item.value for item in complete.get_completions(["run"], "--s")]
    assert "cheap" not in [item.value for item in complete.get_completions(["run", "--mode"], "")]


def test_a_sound_installation_has_no_problem(shell):
    code, out, _ = shell("doctor")
    assert code == 0, out
    assert shell.files() == set()
    assert all(line.partition(" ")[0] in {"ok", "note"} for line in out.splitlines())
    assert "not a language model" in out
    assert "sandbox: " in out


def test_what_the_doctor_finds_is_one_json_value(shell):
    shell.learn()
    found = shell.json("doctor", "--json")
    assert (found["schema"], found["problems"]) == ("llmos.doctor/1", 0)
    assert all(set(finding) == {"level", "what", "mend"} for finding in found["findings"])


def test_the_doctor_works_with_a_broken_configuration(shell):
    shell.configure("[kernel]\nbudgt_usd = 3\n")
    code, out, _ = shell("doctor")
    assert code == 1
    assert "did you mean 'budget_usd'" in out
    assert "checked with the defaults" in out
    shell.configure("[kernel\n")
    assert shell("doctor")[0] == 1


def test_the_doctor_names_what_is_damaged_and_what_others_may_write(shell):
    shell.learn()
    state = shell.workspace / ".llmos" / "state"
    (state / "runs.db").write_bytes(b"nonsense" * 1000)
    (shell.home / "data" / "ledger.db").chmod(0o666)
    shell.put(".llmos/memories/traces/broken.md", "nonsense")
    code, out, _ = shell("doctor")
    assert code == 1
    problems = [line for line in out.splitlines() if line.startswith("problem")]
    assert any("runs.db" in line and "damaged" in line for line in problems)
    assert any("ledger.db" in line and "chmod 600" in line for line in problems)
    assert any("broken.md" in line for line in problems)


def test_the_doctor_works_when_no_plugin_is_left(shell):
    names = ["llmos"]
    shell.configure(f"[plugins]\ndisabled = {json.dumps(names)}\n")
    code, out, _ = shell("doctor")
    assert code == 1
    assert "plugins are active: none" in out
    assert "serves as 'journal'" in out


def test_the_doctor_works_where_nothing_can_be_kept(shell, monkeypatch):
    monkeypatch.setenv("LLMOS_HOME", str(shell.put("a_file", "")))
    code, out, _ = shell("doctor")
    assert code == 1
    assert "a_file" in out
    assert "sandbox" in out


def test_help_and_doctor_work_in_a_folder_that_is_gone(shell, monkeypatch):
    gone = shell.workspace / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert shell("--help")[0] == 0
    code, out, _ = shell("doctor")
    assert (code, "no longer exists" in out) == (1, True)
    assert shell("run", "list all *.py files")[0] == 2


def test_the_doctor_works_when_no_plugin_offers_it(shell, monkeypatch):
    monkeypatch.setattr("llmos_core.plugins.discovery.discover", lambda: ())
    monkeypatch.setattr("llmos_std.cli.group.cli._registry", None)
    code, out, _ = shell("doctor")
    assert code == 1
    assert "0 of 0 plugins are active" in out


def test_the_doctor_says_when_the_money_is_spent(shell):
    shell.configure('[model]\nprovider = "builtin"\n[kernel]\nbudget_usd = "0"\n')
    code, out, _ = shell("doctor")
    assert code == 1
    assert "$0 of the budget of $0 are left" in out


def test_an_old_python_is_a_problem():
    (finding,) = checkups.python((3, 10, 4))
    assert isinstance(finding, Finding)
    assert (finding.level, "3.10.4" in finding.what) == ("problem", True)


def test_a_run_waits_until_another_one_has_gone_on_with_it(shell):
    facts = {"signature": "exact:1", "task": {}, "at": "2026-01-01T00:00:00+00:00"}
    state = shell.workspace / ".llmos" / "state"
    with closing(SqliteJournal(state)) as journal:
        journal.begin("first", goal="say hi", **facts)
    assert "1 run did not end, the last: 'say hi'" in shell("doctor")[1]
    assert shell.json("stats", "--json")["by_status"] == {"unfinished": 1}
    with closing(SqliteJournal(state)) as journal:
        assert journal.claim("first", "second")
        journal.begin("second", goal="say hi", resumes="first", **facts)
        journal.end("second", **ENDED)
    assert "did not end" not in shell("doctor")[1]
    assert shell.json("stats", "--json")["by_status"] == {"succeeded": 1, "continued": 1}

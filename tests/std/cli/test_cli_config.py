"""Law of `llmos config`: what is shown is what holds and why; what is set is right, stands where it should, and nothing
else has changed.
"""

import stat
import tomllib

import pytest

from llmos_std.cli.config_changing import Desk

MINE = """# mine
preset = "development"

[kernel]
budget_usd = 3 # three

[model]
provider = "builtin"
"""


@pytest.fixture
def mine(shell):
    shell.configure(MINE)
    return shell.home / "config.toml"


def explained(shell, key, *more):
    return shell.json("config", "explain", key, "--json", *more)


@pytest.mark.spec("CG-010", "CG-013")
def test_explaining_tells_every_layer_and_which_won(shell, mine, monkeypatch):
    shell.put(".llmos/config.toml", "[model]\nmax_turns = 7\n")
    shell("trust", "-y")
    monkeypatch.setenv("LLMOS_MODEL__MAX_TURNS", "8")
    told = explained(shell, "model.max_turns", "-c", "model.max_turns=9")
    project = shell.workspace / ".llmos" / "config.toml"
    assert [(said["place"], said["value"], said["wins"]) for said in told["layers"]] == [
        ("preset development", 6, False),
        (f"{project}:2", 7, False),
        ("LLMOS_MODEL__MAX_TURNS", 8, False),
        ("command line", 9, True),
    ]
    assert (told["value"], told["default"], told["unit"], told["owner"]) == (9, 10, "turns", "std")
    assert (told["origin"], told["help"]) == ("command line", "how many turns one goal may take")


def test_explaining_is_told_to_people_too(shell, mine):
    code, out, _ = shell("config", "explain", "kernel.budget_usd")
    assert code == 0
    for part in (
        'kernel.budget_usd = "3" (USD)',
        "what all runs ever booked may cost together",
        "preset development",
        f"{mine}:5",
        "wins",
        "your file is the strongest layer",
        "section [kernel] belongs to plugin std",
        "LLMOS_KERNEL__BUDGET_USD",
    ):
        assert part in out
    assert "nobody set it" in shell("config", "explain", "memory.strict")[1]
    assert "only your own configuration may set it" in shell("config", "explain", "plugins.disabled")[1]


def test_tables_are_told_to_be_joined(shell, mine):
    mine.write_text('[provider.litellm]\naliases = { a = "x/y" }\n')
    told = explained(shell, "provider.litellm.aliases", "-c", "provider.litellm.aliases.b=z/y")
    assert told["value"] == {"a": "x/y", "b": "z/y"}
    assert [said["wins"] for said in told["layers"]] == [True, True]


@pytest.mark.parametrize(
    ("key", "said"),
    [("model", "is a section"), ("modl.max_turns", "did you mean 'model"), ("kernel.budgt_usd", "kernel.budget_usd")],
)
def test_what_cannot_be_explained_says_what_can(shell, key, said):
    code, _, err = shell("config", "explain", key)
    assert code == 2
    assert said in err


@pytest.mark.spec("CG-040")
def test_setting_keeps_every_comment_and_says_where(shell, mine):
    code, out, err = shell("config", "set", "kernel.budget_usd", "5")
    assert (code, out, err) == (0, f"kernel.budget_usd is set in {mine}:5\n", "")
    assert mine.read_text() == MINE.replace("budget_usd = 3", "budget_usd = 5")
    shell("config", "set", "kernel.day_budget_usd", "0.25")
    shell("config", "set", "web.allow_hosts", "a.org,b.org")
    shell("config", "set", "provider.litellm.api_key", '{ env = "MINE" }')
    shell("config", "set", 'provider.litellm.models."openai/gpt-4.1".retries', "4")
    found = tomllib.loads(mine.read_text())
    assert found["kernel"] == {"budget_usd": 5, "day_budget_usd": "0.25"}
    assert found["web"] == {"allow_hosts": ["a.org", "b.org"]}
    litellm = {"api_key": {"env": "MINE"}, "models": {"openai/gpt-4.1": {"retries": 4}}}
    assert found["provider"] == {"litellm": litellm}
    assert explained(shell, "kernel.day_budget_usd")["value"] == "0.25"


@pytest.mark.spec("CG-041")
@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("kernel.budget_usd", "much", 'found "much", expected an amount'),
        ("kernel.budgt_usd", "5", "did you mean 'budget_usd'?"),
        ("kernl.budget_usd", "5", "did you mean 'kernel'?"),
        ("budget_usd", "5", "stands outside of any known section"),
        ("kernel", "5", "expected a table [kernel]"),
        ("model.max_turns", "2.9", "found 2.9, expected a whole number"),
        ("model.stream", "1", "expected true or false"),
        ("model.timeout_s", "nan", "expected a finite number"),
        ("memory.mixed_mode_threshold", "0.95", "above 'follower_mode_threshold' (0.92)"),
        ("permissions.mode", "never", "expected one of"),
        ("preset", "prod", "no preset named 'prod'"),
        ("provider.litellm.api_key", "sk-1234567890abcdef", "shell may have kept it"),
        ("model.model", "ghp_" + "a1B2" * 9, "looks like a GitHub token"),
    ],
)
def test_what_would_be_wrong_is_refused_with_the_reason_and_nothing_is_written(shell, mine, key, value, said):
    code, out, err = shell("config", "set", key, value)
    assert (code, out) == (7, "")
    assert said in err
    assert "nothing was changed" in err
    assert mine.read_text() == MINE
    if "abcdef" in value or "ghp" in value:
        assert value not in err


@pytest.mark.parametrize("key", ["", ".", "a..b", '"', " "])
def test_what_is_no_key_is_wrong_usage(shell, mine, key):
    assert shell("config", "set", key, "5")[0] == 2
    assert shell("config", "unset", key)[0] == 2
    assert shell("run", "-c", f"{key}=5", "list files")[0] == 2
    assert mine.read_text() == MINE


def test_no_value_is_no_word_of_toml(shell, mine):
    code, _, err = shell("config", "set", "kernel.day_budget_usd", "none")
    assert code == 2
    assert "llmos config unset kernel.day_budget_usd" in err


@pytest.mark.spec("CG-041")
def test_a_broken_file_can_be_mended_key_by_key(shell, mine):
    mine.write_text("[kernel]\nbudget_usd = 'much'\n[model]\nmax_turns = 0\n")
    code, _, err = shell("config", "set", "kernel.budget_usd", "5")
    assert code == 0
    assert "other problems are left, 1 in all" in err
    assert shell("config", "set", "model.max_turns", "5")[0] == 0
    assert shell("config", "show")[0] == 0


def test_a_file_that_cannot_be_read_is_not_touched(shell, mine):
    for content in (b"[kernel\n", "x = 1".encode("utf-16")):
        mine.write_bytes(content)
        assert shell("config", "set", "kernel.budget_usd", "5")[0] == 7
        assert mine.read_bytes() == content


def test_unsetting_goes_back_to_what_a_weaker_layer_says(shell, mine):
    code, out, err = shell("config", "unset", "kernel.budget_usd")
    assert (code, out) == (0, f"kernel.budget_usd is no longer set in {mine}\n")
    assert "this comment could not be kept: # three" in err
    assert explained(shell, "kernel.budget_usd")["origin"] == "preset development"
    code, _, err = shell("config", "unset", "kernel.budget_usd")
    assert code == 2
    assert "does not stand in" in err
    shell("config", "unset", "model")
    assert "model" not in tomllib.loads(mine.read_text())


def test_a_stronger_layer_is_named(shell, mine, monkeypatch):
    monkeypatch.setenv("LLMOS_KERNEL__BUDGET_USD", "9")
    assert "LLMOS_KERNEL__BUDGET_USD has the last word" in shell("config", "set", "kernel.budget_usd", "5")[2]


def test_the_project_has_a_file_of_its_own_and_keeps_its_trust(shell, mine):
    project = shell.workspace / ".llmos" / "config.toml"
    code, out, err = shell("config", "set", "model.max_turns", "4", "--project")
    assert (code, out, err) == (0, f"model.max_turns is set in {project}:2\n", "")
    assert explained(shell, "model.max_turns")["value"] == 4
    assert shell("config", "set", "model.max_turns", "5", "--project")[2] == ""
    assert explained(shell, "model.max_turns")["value"] == 5
    assert mine.read_text() == MINE


def test_a_project_that_was_not_trusted_is_not_trusted_by_a_change(shell, mine):
    shell.put(".llmos/config.toml", "[permissions]\nmode = 'yolo'\n")
    assert "llmos trust" in shell("config", "set", "model.max_turns", "5", "--project")[2]
    assert explained(shell, "permissions.mode")["value"] == "accept-edits"


@pytest.mark.spec("CG-005")
def test_a_project_cannot_be_given_what_is_the_users(shell, mine):
    code, _, err = shell("config", "set", "plugins.disabled", "std-hooks", "--project")
    assert code == 7
    assert "may only be set in your own configuration" in err
    assert not (shell.workspace / ".llmos" / "config.toml").exists()


@pytest.mark.spec("CG-041")
def test_a_new_file_is_private_an_old_one_keeps_its_mode_and_a_link_stays(shell, mine):
    mine.unlink()
    shell("config", "set", "kernel.budget_usd", "5")
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    real = shell.home / "dotfiles.toml"
    real.write_text(MINE)
    real.chmod(0o644)
    mine.unlink()
    mine.symlink_to(real)
    assert shell("config", "set", "kernel.budget_usd", "6")[0] == 0
    assert mine.is_symlink()
    assert "budget_usd = 6" in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o644
    assert [path.name for path in shell.home.glob(".config-*")] == []


def test_a_file_that_changes_meanwhile_is_not_overwritten(shell, mine, monkeypatch):
    judged = Desk._checked

    def meanwhile(self, *arguments, **more):
        mine.write_text("# somebody else\n")
        return judged(self, *arguments, **more)

    monkeypatch.setattr(Desk, "_checked", meanwhile)
    code, _, err = shell("config", "set", "kernel.budget_usd", "5")
    assert code == 1
    assert "changed while it was edited" in err
    assert mine.read_text() == "# somebody else\n"


def test_a_byte_order_mark_and_windows_line_ends_stay(shell, mine):
    mine.write_bytes(b"\xef\xbb\xbf" + MINE.replace("\n", "\r\n").encode())
    shell("config", "set", "kernel.day_budget_usd", "1")
    expected = MINE.replace("# three\n", "# three\nday_budget_usd = 1\n").replace("\n", "\r\n")
    assert mine.read_bytes() == b"\xef\xbb\xbf" + expected.encode()


def test_preferences_are_written_where_the_file_has_them(shell, mine):
    mine.write_text('[llmos.prefer]\n"tool.Read" = "std-tools"\n')
    assert shell("config", "set", "plugins.prefer.tool.Write", "std-tools")[0] == 0
    assert mine.read_text() == '[llmos.prefer]\n"tool.Read" = "std-tools"\ntool.Write = "std-tools"\n'


def test_once_given_values_are_checked_with_everything_else(shell, mine):
    mine.write_text("[kernel]\nbudget_usd = 'much'\n")
    code, _, err = shell("run", "-c", "model.max_turns=0", "-c", "kernl.x=1", "create a file a.txt")
    assert code == 7
    assert [line.partition(": ")[2].partition(":")[0] for line in err.splitlines()] == [
        "command line",
        str(mine),
        "command line",
    ]
    code, _, err = shell("run", "-c", "model.max_turns", "create a file a.txt")
    assert code == 2
    assert "expected KEY=VALUE" in err


@pytest.mark.spec("CG-011", "CG-012")
def test_the_preset_is_chosen_by_the_strongest_who_names_one(shell, mine, monkeypatch):
    def turns() -> int:
        return int(explained(shell, "model.max_turns")["value"])

    mine.write_text('preset = "development"\n')
    assert turns() == 6
    shell.put(".llmos/config.toml", 'preset = "production"\n')
    assert turns() == 6
    shell("trust", "-y")
    assert turns() == 20
    monkeypatch.setenv("LLMOS_PRESET", "testing")
    assert turns() == 10
    assert turns() == 10
    monkeypatch.setenv("LLMOS_PRESET", "prod")
    assert shell("config", "show")[0] == 7
    monkeypatch.delenv("LLMOS_PRESET")
    monkeypatch.setenv("LLMOS_MAX_TURNS", "3")
    code, _, err = shell("config", "show")
    assert code == 7
    assert "did you mean 'LLMOS_MODEL__MAX_TURNS'?" in err

"""Law of `plugins show` and the doctor: who offers what instead of whom, its cost, what is wrong, how to mend it."""

import sys

import pytest

from llmos_std.cli.measuring import ImportCost, cost_of, measure
from plugin_makers import importable, make_distribution

SOURCE = """
from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

@hookimpl
def llmos_mode_strategies():
    return (Contribution(name="fresh", summary="as auto, but fresher", factory="a:b", replaces="auto"),)

@hookimpl
def llmos_sections():
    return (Contribution(name="fresh-settings", summary="settings", section="fresh", config="a:b"),)
"""


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """A distribution on the path whose strategy takes the place of llmos's own."""
    monkeypatch.setattr("llmos_std.cli.group.cli._registry", None)  # as in a process of its own
    folder = tmp_path / "site"
    make_distribution(folder, "fresh-pkg", {"fresh": "fresh_plugin"}, modules={"fresh_plugin": SOURCE}, version="2.5")
    with importable(folder):
        yield folder


def test_a_plugin_is_explained_with_whose_place_it_takes(shell, stranger):
    (facts,) = shell.json("plugins", "show", "fresh", "--json")
    assert facts["schema"] == "llmos.plugin/1"
    assert (facts["plugin"], facts["distribution"], facts["version"]) == ("fresh", "fresh-pkg", "2.5")
    assert facts["status"] == "active"
    assert facts["where"] == str(stranger / "fresh_plugin.py")
    assert facts["import"]["problem"] == ""
    assert not facts["import"]["is_heavy"]
    offered = {offer["name"]: offer for offer in facts["offers"]}
    assert offered["fresh"]["shadows"] == ["auto of std-strategies (llmos)"]
    assert offered["fresh-settings"]["section"] == "fresh"
    _, out, _ = shell("plugins", "show", "fresh")
    assert "yes, instead of auto of std-strategies (llmos)" in out


def test_what_is_shadowed_says_by_whom(shell, stranger):
    (facts,) = shell.json("plugins", "show", "std-strategies", "--json")
    auto = next(offer for offer in facts["offers"] if offer["name"] == "auto")
    assert not auto["is_active"]
    assert "'fresh' of fresh (fresh-pkg) takes its place" in auto["shadowed"]
    assert "not in use: strategy 'auto' of std-strategies" in shell("doctor")[1]


@pytest.mark.parametrize("name", ["fresh", "FRESH", "fresh-pkg", "Fresh.Pkg"])
def test_a_plugin_is_found_by_its_name_or_its_distributions(shell, stranger, name):
    assert [facts["plugin"] for facts in shell.json("plugins", "show", name, "--json")] == ["fresh"]


def test_a_plugin_is_found_by_what_it_offers(shell):
    assert [facts["plugin"] for facts in shell.json("plugins", "show", "Write", "--json")] == ["std-tools"]


def test_all_plugins_of_a_distribution_are_explained(shell):
    found = {facts["plugin"] for facts in shell.json("plugins", "show", "llmos", "--json")}
    assert {"std", "std-tools", "std-hooks"} <= found


def test_an_unknown_name_is_wrong_usage_that_says_what_was_meant(shell):
    code, out, err = shell("plugins", "show", "std-tolls")
    assert (code, out) == (2, "")
    assert "did you mean 'std-tools'?" in err


def test_a_plugin_that_is_switched_off_is_not_imported_by_being_shown(shell, stranger):
    shell.configure('[plugins]\ndisabled = ["fresh"]\n')
    sys.modules.pop("fresh_plugin", None)
    (facts,) = shell.json("plugins", "show", "fresh", "--json")
    assert (facts["status"], facts["offers"], facts["import"]["ms"]) == ("disabled", [], None)
    assert "fresh_plugin" not in sys.modules
    assert "plugin 'fresh' is switched off" in shell("doctor")[1]


def test_no_verb_imports_what_is_switched_off(shell, stranger):
    (stranger / "fresh_plugin.py").write_text("raise AssertionError('imported')")
    shell.configure('[model]\nprovider = "builtin"\n[plugins]\ndisabled = ["fresh-pkg"]\n')
    for arguments in (("--help",), ("stats",), ("plugins", "list"), ("run", "create a file hello.txt that says hello")):
        code, _, err = shell(*arguments)
        assert (code, err) == (0, "")


def test_the_doctor_names_what_is_missing_and_how_to_mend_it(shell):
    shell.configure(
        '[plugins]\ndisabled = ["nobody"]\n[gone]\nx = 1\n'
        '[llmos.prefer]\ntool.Nothing = "x"\nstrategy.auto = "nobody"\n'
    )
    found = shell("doctor")[1].splitlines()

    def mend(word):
        (line,) = [line for line in found if word in line]
        assert line.startswith("problem")
        return line.rpartition(" – ")[2]

    assert "plugins.disabled" in mend("disabled names 'nobody'")
    assert "config.toml" in mend("'tool.Nothing'")
    assert "config.toml" in mend("prefers 'nobody' for strategy.auto")
    assert "install the plugin that reads it" in mend("[gone]")


def test_the_doctor_lists_every_claimant_of_a_name(shell, stranger):
    (stranger / "fresh_plugin.py").write_text(SOURCE.replace('name="fresh"', 'name="auto"').replace('"auto")', '"")'))
    code, out, _ = shell("doctor")
    assert code == 1
    line = next(line for line in out.splitlines() if "strategy 'auto' is claimed by 2" in line)
    assert "auto of fresh (fresh-pkg)" in line
    assert "auto of std-strategies (llmos)" in line
    assert '[llmos.prefer] "strategy.auto"' in line


VERBS = (
    SOURCE
    + """
@hookimpl
def llmos_commands():
    return (Contribution(name="{name}", summary="a verb", factory="{factory}"),)
"""
)


def test_a_verb_that_two_claim_lists_both_and_the_doctor_stays(shell, stranger, monkeypatch):
    for name in ("stats", "doctor"):
        sys.modules.pop("fresh_plugin", None)
        (stranger / "fresh_plugin.py").write_text(VERBS.replace("{name}", name).replace("{factory}", "click:command"))
        monkeypatch.setattr("llmos_std.cli.group.cli._registry", None)
        code, out, err = shell(name)
        assert code == 1
        assert f"command '{name}' is claimed by 2" in out + err
        assert f"{name} of std-cli (llmos)" in out + err
        assert f"{name} of fresh (fresh-pkg)" in out + err


def test_a_verb_that_is_no_command_is_named(shell, stranger):
    (stranger / "fresh_plugin.py").write_text(VERBS.replace("{name}", "odd").replace("{factory}", "json:dumps"))
    code, _, err = shell("odd")
    assert code == 1
    assert "no click.Command" in err
    assert "the verb 'odd' is function, no click.Command" in shell("doctor")[1]


def test_an_import_is_measured_in_a_python_of_its_own(tmp_path):
    package = tmp_path / "weighed"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "plugin.py").write_text("import weighed.more, decimal_like_load\n")
    (package / "more.py").write_text("")
    (tmp_path / "decimal_like_load.py").write_text("import time\ntime.sleep(0.01)\n")
    with importable(tmp_path):
        cost = measure("weighed.plugin:thing")
        assert "weighed.plugin" not in sys.modules
    assert cost.problem == ""
    assert cost.modules == 4
    assert cost.import_ms >= 10
    (package_cost,) = cost.packages
    assert (package_cost[0], package_cost[2]) == ("decimal_like_load", 1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise RuntimeError('no luck')", "no luck"),
        ("raise SystemExit(3)", "exit 3"),
        ("import os\nos._exit(4)", "exit 4"),
        ("import time\ntime.sleep(60)", "did not end"),
    ],
)
def test_what_cannot_be_measured_says_why(tmp_path, source, said):
    (tmp_path / "unmeasured.py").write_text(source)
    with importable(tmp_path):
        assert said in measure("unmeasured", limit_s=60 if "did not" not in said else 1).problem


def test_the_figures_are_read_and_all_else_is_passed_over():
    told = (
        "\nimport time:       100 |        100 |     numpy.core\n"
        "import time:      2000 |       2100 |   numpy\n"
        "the plugin says something\nimport time: lies | 5 | x\n"
        "import time:        50 |       2150 | mine.plugin\n"
    )
    assert cost_of(told, "mine.plugin") == ImportCost(2.15, 3, (("numpy", 2.1, 2),))

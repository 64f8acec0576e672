"""Law of a project's own files: they count after `llmos trust`, exactly as they are, and no longer once changed."""

import json

from llmos_std.boot import LLMOS

PLUGIN = '''from llmos_std.tools import llm_tool


@llm_tool(effect="pure")
def shout(text: str) -> str:
    """Say it loudly."""
    return text.upper()
'''


def tools(shell):
    return {row["name"] for row in shell.json("plugins", "list", "--kind", "tool", "--json")}


def test_a_projects_tool_is_offered_and_callable_once_it_is_trusted(shell):
    shell.put(".llmos/plugins/shout.py", PLUGIN)
    script = {"turns": [{"calls": [{"tool": "shout", "arguments": {"text": "tea"}}]}, {"text": "done"}]}
    shell.put("answers.json", json.dumps(script))
    scripted = '[model]\nprovider = "scripted"\n[provider.scripted]\npath = "answers.json"\n'
    shell.configure(scripted)
    assert "shout" not in tools(shell)
    before = json.loads(shell("run", "say tea loudly", "--json")[1])
    assert [step["status"] for step in before["steps"]] == ["error"]
    code, out, _ = shell("trust", stdin="y\n")
    assert (code, "return text.upper()" in out) == (0, True)
    assert "shout" in tools(shell)
    after = shell.json("run", "say tea loudly", "--json")
    assert [(step["tool"], step["status"]) for step in after["steps"]] == [("shout", "ok")]
    again = shell.json("run", "say tea loudly", "--json")
    assert (again["mode"], again["model_calls"]) == ("FOLLOWER", 0)


def test_untrusted_files_are_told_of_and_never_run(shell):
    shell.put(".llmos/plugins/evil.py", "import pathlib\npathlib.Path('owned').touch()\n")
    shell.put(".llmos/config.toml", "nonsense = [")
    code, _, err = shell("run", "list all *.py files")
    assert code == 0
    assert "not trusted" in err
    assert not (shell.workspace / "owned").exists()


def test_a_no_leaves_everything_untrusted(shell):
    shell.put(".llmos/plugins/shout.py", PLUGIN)
    assert shell("trust", stdin="n\n")[0] == 130
    assert "shout" not in tools(shell)


def test_any_change_takes_the_trust_away(shell):
    shell.put(".llmos/plugins/shout.py", PLUGIN)
    shell("trust", "-y")
    assert shell("trust")[1] == "already trusted, exactly as it is\n"
    shell.put(".llmos/plugins/shout.py", PLUGIN.replace("upper", "lower"))
    assert "shout" not in tools(shell)


def test_trust_can_be_taken_back(shell):
    shell.put(".llmos/plugins/shout.py", PLUGIN)
    shell("trust", "-y")
    assert shell("trust", "--revoke")[1] == "trust taken back\n"
    assert "shout" not in tools(shell)
    assert shell("trust", "--revoke")[1] == "this folder was not trusted\n"


def test_a_trusted_configuration_counts_with_its_place(shell):
    path = shell.put(".llmos/config.toml", "[model]\nmax_turns = 3\n")
    assert shell.json("config", "show", "model.max_turns", "--json")["model.max_turns"]["value"] == 10
    shell("trust", "-y")
    shown = shell.json("config", "show", "model.max_turns", "--json")["model.max_turns"]
    assert shown == {"value": 3, "origin": f"{path}:2"}


def test_nothing_to_trust_is_said(shell):
    assert "nothing to trust" in shell("trust")[1]


def test_what_is_shown_before_trusting_hides_no_control_character(shell):
    shell.put(".llmos/plugins/x.py", "# \x1b[2Kharmless\r\n")
    out = shell("trust", stdin="n\n")[1]
    assert "\x1b" not in out
    assert "\\x1b[2K" in out


def test_the_tools_that_run_are_the_bytes_that_were_trusted(shell, monkeypatch):
    path = shell.put(".llmos/plugins/shout.py", PLUGIN)
    shell("trust", "-y")
    from llmos_std import assembly

    judged = assembly.trusted_project

    def changed_afterwards(paths):
        found = judged(paths)
        path.write_text("raise SystemExit('changed after it was judged')")
        return found

    monkeypatch.setattr(assembly, "trusted_project", changed_afterwards)
    with_tools = LLMOS()
    from llmos_core import aio

    aio.run(with_tools.boot())
    assert "shout" in {spec.name for spec in aio.run(with_tools.kernel.offered_tools())}
    assert with_tools.notices == ()
    aio.run(with_tools.shutdown())

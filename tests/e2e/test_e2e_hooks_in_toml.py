"""A hook in a config.toml that could only fail is a problem of the configuration, said before anything is done.

All of them come at once, each with its key and what was expected; a hook in hooks.json still fails when it is asked.
"""

from pathlib import Path

import pytest
from command import Place

WRONG = """
[[hooks.pre_tool_use]]
matcher = "Bash"
[[hooks.pre_tool_use]]
matcher = "("
command = "true"
[[hooks.stop]]
command = "true"
timeout_s = "ten"
[[hooks.PostToolUse]]
hooks = [{ type = "prompt", command = "x" }]
[[hooks.session_end]]
comand = "true"
"""


@pytest.mark.spec("HK-050")
def test_every_hook_that_could_only_fail_is_told_at_once(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.home / "config.toml").write_text(WRONG)
    done = place.call("run", "create a file a.txt that says hello")
    assert done.code == 7
    for told in (
        "config.toml:2: hooks.pre_tool_use: hook 1: a hook's command is None; expected a command line",
        "hook 2: the matcher '(' is no regular expression",
        "config.toml:7: hooks.stop: hook 1: a hook's timeout is 'ten'; expected seconds",
        "config.toml:10: hooks.PostToolUse: hook 1: a hook's type is 'prompt'; expected 'command'",
        "config.toml:12: hooks.session_end: hook 1: a hook has 'comand', which llmos does not know; did you mean",
    ):
        assert told in done.err
    assert place.names == set()
    assert place.call("config", "set", "hooks.stop", '[{ command = "" }]').code == 7


def test_hooks_that_can_be_asked_are_right_in_either_shape(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.key = ""  # the builtin planner takes the goal
    (place.home / "config.toml").write_text(
        '[[hooks.Stop]]\nhooks = [{ type = "command", command = "true", timeout = 5 }]\n'
        '[[hooks.pre_tool_use]]\nmatcher = "Write|Edit"\ncommand = "true"\n'
    )
    assert place.run("create a file a.txt that says hello").result["status"] == "succeeded"
    assert len(place.call("hooks", "list").out.splitlines()) == 2

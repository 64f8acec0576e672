"""A configured name that nobody offers is a problem of the configuration: exit code 7, file, line, key and a guess.

All of them are told at once, beside whatever else is wrong; on the command line's own flags it is wrong usage.
"""

from pathlib import Path

import pytest
from command import Place

WRONG = """
[dispatcher]
strategy = "autoo"
[model]
provider = "litelm"
max_turns = 0
[memory]
backend = "markdwn"
[provider.recorded]
provider = "builtn"
"""
GOAL = "create a file a.txt that says hello"


@pytest.mark.spec("CG-004", "CG-006")
def test_every_name_that_nobody_offers_is_told_at_once(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.home / "config.toml").write_text(WRONG)
    done = place.call("run", GOAL)
    assert done.code == 7
    for told in (
        "config.toml:3: dispatcher.strategy: no strategy named 'autoo'; did you mean 'auto'?",
        "config.toml:5: model.provider: no provider named 'litelm'; did you mean 'litellm'?",
        "config.toml:6: model.max_turns: ",
        "config.toml:8: memory.backend: no memory named 'markdwn'; did you mean 'markdown'?",
        "config.toml:10: provider.recorded.provider: no provider named 'builtn'; did you mean 'builtin'?",
    ):
        assert told in done.err
    assert place.names == set()


def test_a_name_on_the_command_line_is_judged_alike(tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.call("run", GOAL, "-c", "dispatcher.strategy=autoo")
    assert (done.code, "command line: dispatcher.strategy: no strategy named 'autoo'" in done.err) == (7, True)
    done = place.call("run", GOAL, "--strategy", "autoo")
    assert (done.code, "did you mean 'auto'" in done.err) == (2, True)


@pytest.mark.spec("CG-041")
def test_such_a_name_cannot_be_set(tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = place.call("config", "set", "dispatcher.strategy", "autoo")
    assert (done.code, "did you mean 'auto'" in done.err) == (7, True)
    assert place.call("config", "set", "dispatcher.strategy", "forced-learner").code == 0


def test_a_switched_off_name_that_nothing_bears_is_noted(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.key = ""  # the builtin planner takes the goal
    (place.home / "config.toml").write_text('[plugins]\ndisabled = ["no-such-plugin"]\n')
    done = place.call("run", GOAL)
    assert (done.code, "plugins.disabled names 'no-such-plugin'" in done.err) == (0, True)

"""Law: where the user's folder lies and whose it is changes no decision about what is in it."""

import json
from pathlib import Path

import pytest

from llmos_std.shell.judging.policy import judge

DATA = Path(__file__).parent / "data"
ROWS = [json.loads(line)["command"] for line in (DATA / "own.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("command", [row for row in ROWS if "~" in row or "$HOME" in row])
def test_a_home_below_tmp_is_a_home(command: str) -> None:
    usual, below = judge(command, home="/home/user"), judge(command, home="/tmp/some/one")
    assert (below.decision, below.rule) == (usual.decision, usual.rule)


@pytest.mark.parametrize("home", ["/root", "/home/user", "/home/*", "/h*/?*", "/Users/someone"])
def test_a_pattern_that_fits_a_key_in_a_home_is_asked_about_whosever_it_is(home: str) -> None:
    assert judge(f"cat {home}/.*/i*", home="/home/user").deciding.rule == "secret"

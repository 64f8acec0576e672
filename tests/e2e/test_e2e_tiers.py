"""Law: confined, a program is learned once and replayed for nothing; unconfined, every start needs a yes and is told.

A yes given under one tier does not count under another.
"""

import json

import pytest
from command import Done, Place

from llmos_core.config.paths import find_paths
from llmos_core.runtime.scene import UNCONFINED_NOTICE
from llmos_std.sandbox.choosing import choose
from llmos_std.sandbox.config import SandboxConfig
from servers.openai_server import OpenAIServer
from servers.replies import call, say

GOAL = "count the lines of every text file into counts"
COMMAND = {"command": "for f in *.txt; do wc -l < $f; done > counts; python3 -c 'print(1)' >> counts"}
UNCONFINED = {"LLMOS_SANDBOX__TIER": "none"}


@pytest.fixture
def place(server: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("tiers"), server.url)
    place.write("a.txt", "1\n2\n")
    server.answer(call("Bash", COMMAND), say("counted"))
    return place


def counted(place: Place, done: Done) -> bool:
    """Say whether this run counted, and make it forgotten."""
    assert done.out == json.dumps(done.result, ensure_ascii=False) + "\n"
    found = place.folder / "counts"
    is_there = found.exists()
    found.unlink(missing_ok=True)
    return is_there


def test_what_is_learned_confined_is_replayed_free_and_not_unconfined(place: Place) -> None:
    if not choose(SandboxConfig(), find_paths(place.folder, place.environ)).sandbox.is_confining:
        pytest.skip("nothing can confine programs on this machine")
    learned = place.run(GOAL, "-y")
    assert (learned.code, learned.err, counted(place, learned)) == (0, "", True)
    followed = place.run(GOAL)
    assert (followed.code, followed.result["mode"], followed.result["model_calls"]) == (0, "FOLLOWER", 0)
    assert counted(place, followed)
    place.forget_model()
    unconfined = place.run(GOAL, env=UNCONFINED)
    assert (unconfined.code, unconfined.result["status"]) == (6, "partial")
    assert not counted(place, unconfined)


def test_unconfined_programs_are_told_of_once_a_run_and_need_a_yes(place: Place) -> None:
    denied = place.run(GOAL, "--permission-mode", "yolo", env=UNCONFINED)
    assert denied.result["steps"][0]["status"] == "denied"
    assert "no sandbox" in denied.result["reason"]
    assert (counted(place, denied), UNCONFINED_NOTICE in denied.err) == (False, False)


def test_a_yes_starts_them_and_says_so_on_standard_error(place: Place) -> None:
    allowed = place.run(GOAL, "-y", env=UNCONFINED)
    assert (allowed.code, counted(place, allowed)) == (0, True)
    assert allowed.err.count(UNCONFINED_NOTICE) == 1
    again = place.run(GOAL, env=UNCONFINED)
    assert (again.code, again.result["mode"], again.err.count(UNCONFINED_NOTICE)) == (0, "FOLLOWER", 1)

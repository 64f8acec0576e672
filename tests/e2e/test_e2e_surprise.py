"""Law: when the world is not as recorded, the run goes on in the model's hands or stops, and nothing is done twice.

The goal has a step that cannot be taken back: `tick.py` adds a line to ticks.txt, no tool can see that it did, and no
sandbox confines it.
"""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from command import Done, Place
from scripted_model import told_to

from servers.openai_server import OpenAIServer
from servers.replies import call, calls, fail, say

GOAL = "read a.txt, tick once, then tell me what b.txt says"
UNCONFINED = {"LLMOS_SANDBOX__TIER": "none"}
TICK = {"command": "python3 tick.py"}
PROGRAM = "with open('ticks.txt', 'a') as ticks:\n    ticks.write('tick\\n')\nprint('ticked')\n"


class Story(NamedTuple):
    """What happened in one workspace, run by run; `ticks` are counted after each of them."""

    learned: Done
    followed: Done
    surprised: Done
    stopped: Done
    ticks: list[int]
    place: Place
    told: str
    requests: list[int]
    first_trace: tuple[str, str]
    moved: Done
    moved_ticks: int


@pytest.fixture(scope="module")
def story(server: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Learn with -y, follow without, be surprised by another b.txt, and be surprised again with no model to ask."""
    place = Place(tmp_path_factory.mktemp("surprise"), server.url)
    for name, text in {"a.txt": "alpha\n", "b.txt": "beta\n", "tick.py": PROGRAM}.items():
        place.write(name, text)
    ticks: list[int] = []
    requests: list[int] = []

    def run(*options: str) -> Done:
        done = place.run(GOAL, *options, env=UNCONFINED)
        ticks.append(place.read("ticks.txt").count("tick\n"))
        requests.append(server.count)
        return done

    reads = [call("Read", {"path": "a.txt"}), call("Bash", TICK), call("Read", {"path": "b.txt"})]
    server.answer(fail(429, retry_after="0"), *reads, say("Ticked. b.txt says beta."))
    learned = run("-y")
    (trace,) = place.traces
    first_trace = (trace.name, _program(trace))
    moved = place.copied_to(tmp_path_factory.mktemp("moved"))
    moved_done = moved.run(GOAL, "--mode", "FOLLOWER", env=UNCONFINED)
    server.answer(fail(500))
    followed = run()
    place.write("b.txt", "gamma\n")
    server.answer(calls(("Bash", TICK), ("Read", {"path": "b.txt"})), say("b.txt now says gamma."))
    surprised = run()
    told = told_to(server.requests[0])
    place.write("b.txt", "delta\n")
    place.forget_model()
    server.answer(fail(500))
    stopped = run()
    return Story(
        learned=learned,
        followed=followed,
        surprised=surprised,
        stopped=stopped,
        ticks=ticks,
        place=place,
        told=told,
        requests=requests,
        first_trace=first_trace,
        moved=moved_done,
        moved_ticks=moved.read("ticks.txt").count("tick\n"),
    )


def _program(trace: Path) -> str:
    """Return a trace file's program: what stands below its front matter."""
    return trace.read_text("utf-8").split("\n---\n", 1)[1]


def test_a_busy_vendor_is_asked_again_after_the_time_it_names(story: Story) -> None:
    assert (story.learned.code, story.requests[0]) == (0, 1 + 4)
    assert story.learned.tools == ["Read ok", "Bash ok", "Read ok"]


def test_what_was_approved_once_is_followed_without_asking(story: Story) -> None:
    result = story.followed.result
    assert (story.followed.code, result["mode"], story.requests[1]) == (0, "FOLLOWER", 0)
    assert [step["verified"] for step in result["steps"]] == [True, True, True]


@pytest.mark.spec("RP-003", "RP-030", "RS-003", "RS-006")
def test_a_surprise_ends_in_the_hands_of_the_model(story: Story) -> None:
    result = story.surprised.result
    assert (story.surprised.code, result["status"], result["mode"]) == (0, "succeeded", "MIXED")
    assert result["model_calls"] == story.requests[2] == 2
    assert result["output"] == "b.txt now says gamma."
    assert "step 3" in result["reason"]


@pytest.mark.spec("RP-030")
def test_the_model_is_shown_what_was_done_and_what_surprised(story: Story) -> None:
    for words in ("alpha", "python3 tick.py", "ticked", "gamma", "step 3", "beta", "Do not repeat"):
        assert words in story.told


@pytest.mark.spec("RP-031", "RS-005")
def test_what_cannot_be_taken_back_is_not_done_twice_when_the_model_asks_for_it(story: Story) -> None:
    assert story.surprised.tools == ["Read ok", "Bash ok", "Read ok", "Bash repeated", "Read ok"]
    assert story.ticks[:3] == [1, 2, 3]
    steps = story.surprised.result["steps"]
    assert [step["verified"] for step in steps] == [True, True, False, False, False]


@pytest.mark.spec("RP-033")
def test_the_surprised_trace_stays_as_it_was_beside_the_new_one(story: Story) -> None:
    name, program = story.first_trace
    kept = {path.name: _program(path) for path in story.place.traces}
    assert kept[name] == program
    assert len(kept) == 2
    assert story.surprised.result["trace_id"] != story.learned.result["trace_id"]


@pytest.mark.spec("RP-032", "RP-040", "RS-004")
def test_without_a_model_a_surprise_stops_the_run_and_says_where(story: Story) -> None:
    result = story.stopped.result
    assert (story.stopped.code, result["status"], result["mode"]) == (6, "partial", "FOLLOWER")
    assert all(words in result["reason"] for words in ("step 3", "gamma", "delta"))
    assert story.stopped.tools == ["Read ok", "Bash ok", "Read ok"]
    assert (story.ticks[3], story.requests[3]) == (4, 0)
    assert len(story.place.traces) == 2


def test_the_journal_tells_every_run_of_the_story(story: Story) -> None:
    told = [(episode.status, episode.mode, len(episode.steps)) for episode in story.place.episodes()]
    assert told == [
        ("", "", 3),  # it stopped after a tick: the next run has to know of it
        ("succeeded", "MIXED", 5),
        ("succeeded", "FOLLOWER", 3),
        ("succeeded", "LEARNER", 3),
    ]


@pytest.mark.spec("RP-012", "RS-004")
def test_an_approval_holds_in_no_other_folder(story: Story) -> None:
    result = story.moved.result
    assert (story.moved.code, result["status"], result["steps"]) == (6, "partial", [])
    assert "was not approved" in result["reason"]
    assert story.moved_ticks == 1


def test_every_result_of_the_story_is_one_json_value(story: Story) -> None:
    for done in (story.learned, story.followed, story.surprised, story.stopped):
        assert done.out == json.dumps(done.result, ensure_ascii=False) + "\n"

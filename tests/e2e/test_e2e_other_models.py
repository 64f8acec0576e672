"""Law: a program or a recording learns a goal as a model does, and afterwards nothing of either is needed any more."""

import json
import shutil
import textwrap
from pathlib import Path

import pytest
from command import KEY, Place

from servers.openai_server import OpenAIServer
from servers.replies import call, say

GOAL = "put a greeting for Ada into hello.txt"
PROGRAM = """\
    #!/bin/sh
    # writes a file when asked for the first time, then says that it is done
    request=$(cat)
    printf '%s\\n' "$request" >> "$HOME/requests.jsonl"
    case $request in
      *'"role": "tool"'*) echo 'Ada is greeted.' ;;
      *) echo '{"calls": [{"tool": "Write", "arguments": {"path": "hello.txt", "content": "Hello, Ada!"}}]}' ;;
    esac
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def configure(place: Place, text: str) -> None:
    (place.home / "config.toml").write_text(textwrap.dedent(text), "utf-8")


@pytest.fixture
def program(place: Place) -> Path:
    """A program that answers as a model; it keeps its requests."""
    path = place.home / "model.sh"
    path.write_text(textwrap.dedent(PROGRAM), "utf-8")
    path.chmod(0o755)
    return path


def requests_of(place: Place) -> list[dict[str, object]]:
    return [json.loads(line) for line in (place.home / "requests.jsonl").read_text("utf-8").splitlines()]


def test_a_program_learns_and_is_not_asked_again(place: Place, program: Path) -> None:
    configure(place, f'[model]\nprovider = "command"\n[provider.command]\nargv = ["{program}"]\ncost_usd = 0\n')
    learned = place.run(GOAL)
    assert (learned.code, learned.result["mode"], learned.result["model_calls"]) == (0, "LEARNER", 2)
    assert learned.result["cost_usd"] == "0"
    program.unlink()
    (place.folder / "hello.txt").unlink()
    followed = place.run(GOAL)
    assert (followed.code, followed.result["mode"], followed.result["model_calls"]) == (0, "FOLLOWER", 0)
    assert place.read("hello.txt") == "Hello, Ada!"


def test_a_program_that_fails_is_told_with_its_last_words(place: Place) -> None:
    configure(place, '[provider.command]\nargv = ["sh", "-c", "echo no weights >&2; exit 7"]\n')
    done = place.run(GOAL, "--provider", "command")
    assert done.code == 1
    assert "exit code 7; it said: no weights" in done.result["reason"]


def test_a_project_cannot_name_a_program(place: Place) -> None:
    house = place.folder / ".llmos"
    house.mkdir()
    (house / "config.toml").write_text('[provider.command]\nargv = ["sh", "-c", "touch trap"]\n', "utf-8")
    place.call("trust", "-y")
    done = place.run(GOAL, "--provider", "command")
    assert done.code == 7
    assert "only be set in your own configuration" in done.result["reason"]


def test_roles_and_options_choose_the_model(place: Place, program: Path) -> None:
    configure(
        place,
        f"""\
        [model]
        roles = {{ learn = "strong", match = "cheap" }}
        aliases = {{ strong = "command:big", cheap = "command:small", other = "command:third" }}
        [provider.command]
        argv = ["{program}"]
        """,
    )
    assert place.run(GOAL).code == 0
    assert place.run(f"{GOAL} again", "--model", "other").code == 0
    assert [request["model"] for request in requests_of(place)] == ["big", "big", "third", "third", "third"]
    spent = json.loads(place.call("stats", "--json").out)
    assert {name: one["calls"] for name, one in spent["by_model"].items()} == {"command:big": 2, "command:third": 3}
    of_purposes = {name: one["calls"] for name, one in spent["by_purpose"].items()}
    assert of_purposes == {"learn": 2, "fill": 1, "mixed": 2}  # this program does not fill in forms, so it reasons
    assert "command:big $0 (2 calls)" in place.call("stats").out


def test_the_doctor_says_who_is_asked_for_what(place: Place, program: Path) -> None:
    configure(
        place,
        f"""\
        [model]
        roles = {{ learn = "command:big", match = "command:small", fill = "comand:big" }}
        [provider.command]
        argv = ["{program}"]
        """,
    )
    done = place.call("doctor")
    assert "new goals are taken to 'command', model big" in done.out
    assert "'match' is asked of 'command', model small" in done.out
    assert "no provider named 'comand'; did you mean 'command'?" in done.out


def test_an_unknown_alias_is_a_problem_of_the_configuration(place: Place) -> None:
    configure(place, '[model]\naliases = { cheap = "openai/x" }\nroles = { match = "chaep" }\n')
    done = place.run(GOAL)
    assert done.code == 7
    assert "did you mean 'cheap'" in done.result["reason"]


RECORDING = """
[model]
provider = "recorded"
[provider.recorded]
mode = "{mode}"
"""


def test_what_was_recorded_is_learned_from_when_the_server_is_gone(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        server.answer(call("Write", {"path": "hello.txt", "content": "Hello, Ada!"}), say("Ada is greeted."))
        first = Place(tmp_path / "first", server.url, more=RECORDING.format(mode="record"))
        recorded = first.run(GOAL)
        assert (recorded.code, recorded.result["mode"]) == (0, "LEARNER")
        assert server.count == 2
    file = first.folder / ".llmos" / "recordings" / "model.jsonl"
    assert KEY not in file.read_text("utf-8")
    second = Place(tmp_path / "second")
    configure(second, RECORDING.format(mode="replay"))
    copied = second.folder / ".llmos" / "recordings" / "model.jsonl"
    copied.parent.mkdir(parents=True)
    shutil.copy(file, copied)
    played = second.run(GOAL)
    assert (played.code, played.result["mode"], played.result["model_calls"]) == (0, "LEARNER", 2)
    assert (played.result["cost_usd"], second.read("hello.txt")) == ("0", "Hello, Ada!")
    assert second.run(GOAL).result["mode"] == "FOLLOWER"
    other = second.run(GOAL.replace("Ada", "Eve"))
    assert other.code == 1
    assert "differs: message 2 (user) at character 20: was '" in other.result["reason"]


def test_the_time_of_a_run_ends_a_program_that_thinks_too_long(place: Place) -> None:
    configure(place, '[provider.command]\nargv = ["sh", "-c", "sleep 60"]\n')
    done = place.run(GOAL, "--provider", "command", "--timeout", "0.3")
    assert (done.code, done.result["status"]) == (8, "timed-out")

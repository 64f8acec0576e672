"""Law: what a person shows at a terminal once is done again without them, and their calls pass the same gates."""

from pathlib import Path

import pytest
from command import Place
from terminal import talk

GOAL = "greet Ada the way we do it"
NEXT = "next> "


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_goal_that_was_shown_is_followed_from_then_on(place: Place) -> None:
    answers = [
        (NEXT, "?\n"),
        (NEXT, "Writ path=x\n"),
        (NEXT, "Write path=hello.txt content=<<END\n"),
        ("...   ", "Hello, Ada!\n"),
        ("...   ", "Welcome – ½ past ten.\n"),
        ("...   ", "END\n"),
        (NEXT, "Ada is greeted.\n"),
    ]
    shown = talk(place, ["teach", GOAL], answers)
    assert shown.code == 0, shown.out
    assert "Write path=TEXT content=TEXT" in shown.out
    assert "did you mean 'Write'" in shown.out
    (place.folder / "hello.txt").unlink()
    done = place.run(GOAL)
    assert (done.code, done.result["mode"], done.result["model_calls"]) == (0, "FOLLOWER", 0)
    assert done.result["output"] == "Ada is greeted."
    assert place.read("hello.txt") == "Hello, Ada!\nWelcome – ½ past ten.\n"
    assert 'provider: "human"' in place.traces[0].read_text("utf-8")


def test_a_person_is_a_provider_like_any_other(place: Place) -> None:
    answers = [(NEXT, "Write path=a.txt content=one\n"), (NEXT, "done\n")]
    shown = talk(place, ["run", GOAL, "--provider", "human"], answers)
    assert shown.code == 0, shown.out
    assert place.read("a.txt") == "one"
    assert place.run(GOAL).result["mode"] == "FOLLOWER"


def test_what_a_person_wants_passes_the_same_gates(place: Place) -> None:
    place.write("keep.txt", "precious")
    answers = [
        (NEXT, 'Bash command="frobnicate keep.txt"\n'),
        ("[y/N] ", "n\n"),
        (NEXT, "Write path=../outside.txt content=x\n"),
        (NEXT, "I could not do it.\n"),
    ]
    shown = talk(place, ["teach", GOAL], answers)
    assert shown.code == 4, shown.out
    assert place.read("keep.txt") == "precious"
    assert not (place.root / "outside.txt").exists()
    assert place.traces == []


def test_giving_up_is_to_abstain_and_half_of_it_is_partial(place: Place) -> None:
    assert talk(place, ["teach", GOAL], [(NEXT, "\x04")]).code == 3
    begun = talk(place, ["teach", GOAL], [(NEXT, "Write path=a.txt content=one\n"), (NEXT, "\x04")])
    assert begun.code == 6, begun.out
    assert place.traces == []


def test_an_interruption_ends_it(place: Place) -> None:
    assert talk(place, ["teach", GOAL], [(NEXT, "\x03")]).code == 130


def test_a_demonstration_that_was_killed_goes_on_where_it_stopped(place: Place) -> None:
    begun = talk(place, ["teach", GOAL], [(NEXT, "Write path=one.txt content=1\n"), (NEXT, None)])
    assert begun.code == -9
    ended = talk(place, ["teach", GOAL], [(NEXT, "Write path=two.txt content=2\n"), (NEXT, "done\n")])
    assert ended.code == 0, ended.out
    assert f"goal: {GOAL}" in ended.out
    assert 'done: Write {"content":"1","path":"one.txt"}' in ended.out
    assert place.run(GOAL).tools == ["Write skipped", "Write skipped"]
    (place.folder / "one.txt").unlink()
    assert place.run(GOAL).tools == ["Write ok", "Write skipped"]


@pytest.mark.parametrize("command", [("teach", GOAL), ("run", GOAL, "--provider", "human")])
def test_without_a_terminal_it_says_so_kindly(place: Place, command: tuple[str, ...]) -> None:
    done = place.call(*command)
    assert done.code == 3
    assert "no terminal" in done.err
    assert "llmos teach" in done.err

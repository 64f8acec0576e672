"""What a person says of a run counts once, keeps a wrong wording away for good, and retires what was wrong."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmos_core import aio
from llmos_core.types.trace import Trace, TraceState
from llmos_std.boot import LLMOS
from llmos_std.cli.feedback import judge
from llmos_std.cli.main import code_of
from worlds.kernel import Absent, NoModel, World
from worlds.programs import Call, model_of

GOAL = "create a file hello.txt that says hello"
OTHER = "please create a file hello.txt that says hello"


class Place:
    """One workspace and the command line in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def run(self, goal: str, **options: Any) -> Any:
        return LLMOS(workspace=self.folder).run(goal, **options)

    def said(self, *words: str, code: int = 0) -> str:
        self._capsys.readouterr()
        assert code_of(["-C", str(self.folder), *words]) == code
        return self._capsys.readouterr().out

    def feedback(self, run: str, verdict: str, *why: str) -> list[str]:
        found: list[str] = json.loads(self.said("feedback", run, verdict, *why, "--json"))["effects"]
        return found

    @property
    def trace(self) -> Trace:
        async def only() -> Trace:
            async with LLMOS(workspace=self.folder) as llmos:
                (found,) = (await llmos.kernel.memory()).list()
                return found

        return aio.run(only())

    def counters(self) -> dict[str, Any]:
        (facts,) = json.loads(self.said("traces", "list", "--json"))
        return dict(facts)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.setenv("LLMOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LLMOS_MODEL__PROVIDER", "builtin")
    return Place(workspace, capsys)


@pytest.mark.spec("CF-031")
def test_a_word_counts_once_for_each_run(place: Place) -> None:
    run = place.run(GOAL).run_id
    assert "score 85" in place.feedback(run, "good")[0]
    assert place.feedback(run, "good") == [f"that was said of run {run} before; it counts once"]
    assert (place.counters()["successes"], place.counters()["score"]) == (1, 85)


@pytest.mark.spec("CF-033", "CF-029")
def test_a_bad_run_of_its_own_goal_retires_the_trace_also_when_it_is_learned_again(place: Place) -> None:
    place.run(GOAL)
    said = place.feedback("last", "bad", "it", "was", "another", "folder")
    assert "retired" in said[-1]
    assert (place.counters()["failures"], place.counters()["score"]) == (1, 55)
    assert place.run(GOAL, mode="FOLLOWER").status != "succeeded"
    (place.folder / "hello.txt").unlink()
    assert place.run(GOAL).mode == "LEARNER"
    (place.folder / "hello.txt").unlink()
    assert place.trace.state is TraceState.RETIRED
    assert place.run(GOAL).mode == "LEARNER"


@pytest.mark.spec("CF-033")
@pytest.mark.parametrize("same", [GOAL.capitalize(), GOAL.replace(" ", "  "), f" {GOAL}\n"])
def test_the_own_goal_is_what_the_matcher_takes_for_the_very_goal(place: Place, same: str) -> None:
    place.run(GOAL)
    (place.folder / "hello.txt").unlink()
    assert place.run(same).mode == "FOLLOWER"
    assert "retired" in place.feedback("last", "bad")[-1]
    assert place.trace.negative_goals == ()
    assert place.trace.state is TraceState.RETIRED


@pytest.mark.spec("CF-029")
def test_accepting_what_failed_says_that_its_record_is_not_forgotten(place: Place) -> None:
    place.run(GOAL)
    place.feedback("last", "bad")
    retired = place.trace.id
    assert f"verify {retired} --accept" in place.said("traces", "explain", GOAL)
    assert "its score is 55 of 100, not above 90" in place.said("traces", "verify", retired, "--accept")
    assert place.trace.state is TraceState.LEARNED
    assert place.run(GOAL).model_calls > 0


@pytest.mark.spec("CF-032")
def test_a_bad_run_of_another_wording_keeps_that_wording_away_and_only_that(place: Place) -> None:
    place.run(GOAL)
    (place.folder / "hello.txt").unlink()
    followed = place.run(OTHER)
    assert followed.mode == "FOLLOWER"
    place.feedback(followed.run_id, "bad")
    assert OTHER in place.trace.negative_goals
    assert place.trace.state is TraceState.LEARNED
    for _ in range(2):
        place.feedback("last", "good")
        (place.folder / "hello.txt").unlink(missing_ok=True)
        place.run(GOAL)
    assert place.run(OTHER).mode != "FOLLOWER"


@pytest.mark.spec("CF-032")
def test_a_bad_bound_run_is_vetoed_for_every_run_behind_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    goal = "put the word {} on the note {}"
    for text, name in (("first", "alpha"), ("second", "beta"), ("third", "gamma")):
        program: list[Call] = [("Put", {"name": name, "text": text})]
        assert world.run(goal.format(text, name), model_of(program), mode="LEARNER").status == "succeeded"
    new = goal.format("fourth", "delta")
    bound = world.run(new, NoModel())
    assert (bound.mode, bound.status) == ("FOLLOWER", "succeeded")

    async def judged() -> list[str]:
        kernel = world.kernel(Absent())
        opened: Any = SimpleNamespace(kernel=kernel)
        try:
            episode = (await kernel.service("journal")).episode(bound.run_id)
            return await judge(opened, episode, "", is_good=False)
        finally:
            await kernel.close()

    assert any("no longer speak" in line for line in aio.run(judged()))
    assert world.run(new, Absent()).mode != "FOLLOWER"
    own = [world.run(goal.format(*pair), Absent()).mode for pair in (("first", "alpha"), ("second", "beta"))]
    assert "FOLLOWER" in own, "only the run that the program was read off is suspended"


@pytest.mark.parametrize("run", ["last", "nothing-like-it"])
def test_a_run_that_is_not_there_is_wrong_usage(place: Place, run: str) -> None:
    assert place.said("feedback", run, "good", code=2) == ""


def test_a_run_without_a_trace_is_noted_and_changes_nothing(place: Place) -> None:
    failed = place.run("do what no planner knows", provider="builtin")
    assert "nothing else changes" in place.feedback(failed.run_id, "bad")[0]


@pytest.mark.spec("CF-034")
def test_a_share_stands_beside_its_number(place: Place) -> None:
    place.run(GOAL)
    assert "– (n = 0)" in place.said("traces", "list")
    place.feedback("last", "good")
    assert "100% (n = 1)" in place.said("traces", "list")
    code_of(["-C", str(place.folder), "traces", "show", place.trace.id])
    err = place._capsys.readouterr().err
    assert err.count("(n = 1)") == err.count("%") - 1  # the certainty itself is no share of outcomes

"""The built-in planner solves at least 70 % of the goals of builtin_goals.toml and acts on none it must refuse."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from tool_world import World

from llmos_std.providers.builtin.provider import BuiltinPlanner

GOALS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("builtin_goals.toml").read_text("utf-8"))["goals"]
WANTED_SHARE = 0.70


def _files(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.rglob("*") if path.is_file()}


def _laid_out(root: Path, case: dict[str, Any]) -> World:
    for name, text in case.get("files", {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return World(root, case.get("pages"))


def _shortcoming(case: dict[str, Any], root: Path) -> str:
    """Return what is wrong after the goal was tried in an empty folder, "" when all is as expected."""
    ended = _laid_out(root, case).run(BuiltinPlanner(), case["goal"])
    if ended.answer is None:
        return f"refused: {ended.refusal.split('. To connect')[0]}"
    expected = {name: text for name, text in case.get("files", {}).items() if name not in case.get("gone", ())}
    expected |= case.get("expect", {})
    found = _files(root)
    if {name: text.removesuffix("\n") for name, text in found.items()} != {
        name: text.removesuffix("\n") for name, text in expected.items()
    }:
        return f"left {found}"
    missing = [folder for folder in case.get("folders", ()) if not (root / folder).is_dir()]
    unsaid = [words for words in case.get("says", ()) if words not in ended.answer]
    return f"no folders {missing}" * bool(missing) or f"answered {ended.answer!r} without {unsaid}" * bool(unsaid)


def test_there_are_enough_goals_and_a_third_of_them_is_to_be_refused() -> None:
    refusals = [case for case in GOALS if case.get("refuse")]
    assert len(GOALS) >= 66
    assert len(refusals) * 3 >= len(GOALS)
    assert len({case["goal"] for case in GOALS}) == len(GOALS)


def test_most_simple_goals_are_solved(tmp_path: Path) -> None:
    solvable = [case for case in GOALS if not case.get("refuse")]
    report: dict[str, str] = {}
    for number, case in enumerate(solvable):
        root = tmp_path / str(number)
        root.mkdir()
        if shortcoming := _shortcoming(case, root):
            report[case["goal"]] = shortcoming
    share = 1 - len(report) / len(solvable)
    lines = [f"{goal!r}: {shortcoming}" for goal, shortcoming in report.items()]
    assert share >= WANTED_SHARE, "\n".join([f"solved {share:.1%} of {len(solvable)} goals; not solved:", *lines])
    assert all(shortcoming.startswith("refused") for shortcoming in report.values()), "\n".join(lines)


def test_what_is_not_solved_is_refused_without_acting(tmp_path: Path) -> None:
    acted = []
    for number, case in enumerate(GOALS):
        root = tmp_path / str(number)
        root.mkdir()
        ended = _laid_out(root, case).run(BuiltinPlanner(), case["goal"])
        if ended.answer is None and ended.acted:
            acted.append(case["goal"])
    assert not acted


@pytest.mark.parametrize("case", [case for case in GOALS if case.get("refuse")], ids=lambda case: case["goal"])
def test_a_goal_that_needs_a_model_is_refused(case: dict[str, Any], tmp_path: Path) -> None:
    ended = _laid_out(tmp_path, case).run(BuiltinPlanner(), case["goal"])
    assert ended.answer is None
    assert not ended.acted
    assert "OPENAI_API_KEY" in ended.refusal

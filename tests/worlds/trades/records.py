"""A whole log: tasks of every family, each in its town, and what agents did about them.

`mode` is "still" (one town on one day that no run tells), "moving" (each task has its own day and town, and its runs
say the day) or "undated" (the same, and no run says it).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from worlds.trades import agenda, clients, desk, homes, places, trade, work  # noqa: F401 -- they make the families
from worlds.trades.agents import Agent, StoppedError
from worlds.trades.families import FAMILIES, Draw, Effect, Family, Task, UnfitError
from worlds.trades.settling import settled
from worlds.trades.town import TOOLS, RefusedError, Town

START = date(2026, 3, 18)
TRIES = 60
CARE = (0.97, 0.9, 0.8)


@dataclass(frozen=True)
class Case:
    """One task as it was set, with the town before anybody did anything."""

    name: str
    family: str
    goal: str
    town: Town
    effects: tuple[Effect, ...]
    is_policy: bool

    def ends_right(self, calls: list[tuple[str, dict[str, Any]]]) -> bool:
        """Say whether calls leave the town as the right ones do."""
        try:
            return after(self.town, calls) == after(self.town, list(self.effects))
        except RefusedError:
            return False


def after(town: Town, calls: list[tuple[str, dict[str, Any]]]) -> str:
    there = town.copy()
    for tool, arguments in calls:
        there.call(tool, arguments)
    return there.state


def cases(seed: int, per_family: int, mode: str, names: tuple[str, ...] = ()) -> list[tuple[Case, Task]]:
    """Return tasks of every family, no two of one family with the same goal in one town."""
    random = Random(f"{seed} {mode}")
    draw = Draw(random)
    home = settled(random, START)
    found: list[tuple[Case, Task]] = []
    for family in FAMILIES.values():
        if names and family.name not in names:
            continue
        goals: set[str] = set()
        favourite = random.randrange(len(family.wordings))
        for number in range(per_family):
            town = home if mode == "still" else settled(random, START + timedelta(days=random.randint(0, 90)))
            made = _case(draw, family, town, favourite, f"{family.name}:{number}", goals)
            if made is not None:
                goals.add(made[0].goal)
                found.append(made)
    return found


def _case(
    draw: Draw, family: Family, town: Town, favourite: int, name: str, goals: set[str]
) -> tuple[Case, Task] | None:
    draw.family = family.name
    for _ in range(TRIES):
        try:
            task: Task = family.draw(draw, town)
        except UnfitError:
            continue
        wording = family.wordings[favourite] if draw.random.random() < 0.5 else draw.random.choice(family.wordings)
        goal = wording.format(**task.slots)
        if goal not in goals:
            return Case(name, family.name, goal, town, tuple(task.effects), family.is_policy), task
    return None


def runs(case: Case, task: Task, random: Random, count: int, *, says_day: bool) -> list[dict[str, Any]]:
    """Return what agents did, as lines of a log."""
    found = []
    for _ in range(count):
        town = case.town.copy()
        agent = Agent(town, random, random.choice(CARE))
        try:
            task.plan(agent)
            is_done = True
        except (StoppedError, RefusedError, UnfitError):
            is_done = not case.effects
        town_right = after(case.town, list(case.effects))
        entry = {
            "task": case.name,
            "intent": case.family,
            "goal": case.goal,
            "model": "agent",
            "succeeded": is_done and town.state == town_right,
            "calls": agent.calls,
        }
        found.append(entry | ({"date": case.town.today.isoformat()} if says_day else {}))
    return found


def log(
    seed: int, per_family: int, mode: str, per_task: int = 2, names: tuple[str, ...] = ()
) -> tuple[list[Case], list[dict[str, Any]]]:
    """Return the tasks of a seed and the lines of its log."""
    random = Random(f"runs {seed} {mode}")
    drawn = cases(seed, per_family, mode, names)
    lines = [line for case, task in drawn for line in runs(case, task, random, per_task, says_day=mode == "moving")]
    return [case for case, _ in drawn], lines


def effects() -> dict[str, dict[str, str]]:
    """Return the tools with their effects, as `--tools` takes them."""
    return {name: {"effect": effect} for name, (effect, _) in sorted(TOOLS.items())}

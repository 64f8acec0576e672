"""Counters of cues that are right, and counters with one fault each."""

from itertools import count
from typing import Any

from hypothesis import settings

from llmos_core.testing import service_suite


class Reference:
    def count(self, goal: str) -> int:
        return goal.split().count("and")


class CountsInHalves(Reference):
    def count(self, goal: str) -> Any:
        return super().count(goal) / 2


class CountsGoals(Reference):
    numbers = count()

    def count(self, goal: str) -> int:
        return next(self.numbers)


RIGHT = (Reference,)

MUTANTS: dict[Any, str] = {
    CountsInHalves: "test_every_goal_has_a_count",
    CountsGoals: "test_the_same_goal_has_the_same_count",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(lambda _context: made(), "complexity", bounds=bounds)

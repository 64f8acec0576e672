"""The laws of a complexity counter: a whole number for any goal, always the same."""

from typing import Any

from llmos_core.testing.records import goals
from llmos_core.testing.suites.services.common import ServiceLaws


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    return ComplexityLaws, {"goal": goals()}


class ComplexityLaws(ServiceLaws):
    """What every counter of cues must do."""

    def test_every_goal_has_a_count(self, goal: str) -> None:
        """Else a strategy cannot compare it with a line. `count` returns a whole number of 0 or more."""
        with self.service.opened() as counter:
            found = counter.count(goal)
        assert isinstance(found, int), f"expected a whole number, found {found!r}"
        assert found >= 0, f"expected 0 or more, found {found}"

    def test_the_same_goal_has_the_same_count(self, goal: str) -> None:
        """Else the same goal runs now one way, now another. Use no chance and no memory."""
        with self.service.opened() as counter:
            first = counter.count(goal)
            assert counter.count(goal) == first

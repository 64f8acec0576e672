"""What the strategies family offers."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.strategies"


@hookimpl
def llmos_mode_strategies() -> tuple[Contribution, ...]:
    """Offer the documented ways to choose a mode."""
    return (
        Contribution(
            name="auto",
            summary="follow from 0.92, mix from 0.75, split complex goals, else learn; the default",
            factory=f"{_HERE}.auto:open_auto",
        ),
        Contribution(
            name="cost-optimized",
            summary="spend little: follow from 0.75, mix from 0.5, many agents only when critical",
            factory=f"{_HERE}.cost:open_cost_optimized",
        ),
        Contribution(
            name="forced-follower",
            summary="never ask a model: replay what may be replayed, else fail and say so",
            factory=f"{_HERE}.forced:open_forced_follower",
        ),
        Contribution(
            name="forced-learner",
            summary="always ask the model, as if nothing had been learned",
            factory=f"{_HERE}.forced:open_forced_learner",
        ),
        Contribution(
            name="speed-optimized",
            summary="answer fast: follow from 0.7, never mix, never many agents",
            factory=f"{_HERE}.speed:open_speed_optimized",
        ),
    )


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the counter of cues for many steps."""
    return (
        Contribution(
            name="cues",
            summary="counts the signs of many steps in a goal",
            factory=f"{_HERE}.complexity:open_complexity",
            role="complexity",
        ),
    )

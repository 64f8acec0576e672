"""What the modes family offers."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_modes() -> tuple[Contribution, ...]:
    """Offer the three modes of one agent: learn, follow, and continue something similar."""
    return (
        Contribution(
            name="FOLLOWER",
            summary="a trace is replayed with no model call, up to the first surprise",
            factory="llmos_std.modes.follower:open_follower",
        ),
        Contribution(
            name="LEARNER",
            summary="a model reasons with tools; what worked becomes a trace",
            factory="llmos_std.modes.learner:open_learner",
        ),
        Contribution(
            name="MIXED",
            summary="a model works from the trace of a similar goal",
            factory="llmos_std.modes.mixed:open_mixed",
        ),
    )

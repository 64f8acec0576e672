"""What the modes family offers."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_modes() -> tuple[Contribution, ...]:
    """Offer the modes of one agent: learn, follow, follow in compiled form, and continue something similar."""
    return (
        Contribution(
            name="CRYSTALLIZED",
            summary="the compiled form of a proven trace runs, with the same checks and no model call",
            factory="llmos_std.modes.crystallized:open_crystallized",
        ),
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

"""What the matching family offers."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the standard matcher."""
    return (
        Contribution(
            name="cascade",
            summary="finds learned goals: the same goal, the same template, goals that read alike",
            factory="llmos_std.matching.matcher:open_matcher",
            role="matcher",
        ),
    )

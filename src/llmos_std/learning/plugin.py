"""What the learning family offers."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the standard generaliser."""
    return (
        Contribution(
            name="version-space",
            summary="binds the values of a new goal when several learned runs prove where they go",
            factory="llmos_std.learning.generalising:open_generaliser",
            role="generaliser",
        ),
    )

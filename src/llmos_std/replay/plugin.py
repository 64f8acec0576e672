"""What the replay family offers."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the standard judge of traces."""
    return (
        Contribution(
            name="evidence",
            summary="says how far a trace may be trusted, from its record and from what its steps can do",
            factory="llmos_std.replay.trust:open_trust",
            role="trust",
        ),
    )

"""What the audit family offers: one service. Nothing is imported before it is opened."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the audit: one chained record for each workspace, among the user's own state."""
    return (
        Contribution(
            name="chained-audit",
            summary="records every decision before it is acted on, and its outcome, in a chain that shows tampering",
            factory="llmos_std.audit.service:open_audit",
            role="audit",
        ),
    )

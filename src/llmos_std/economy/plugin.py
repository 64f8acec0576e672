"""What the economy family offers: one service. Nothing is imported before it is opened."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the ledger: every model call of every run, reserved before and settled after, in the user's `ledger.db`."""
    return (
        Contribution(
            name="sqlite-ledger",
            summary="books every model call in exact dollars and keeps the budgets, also among many processes",
            factory="llmos_std.economy.ledger:open_ledger",
            role="ledger",
        ),
    )

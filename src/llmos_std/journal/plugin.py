"""What the journal family offers: one service. Nothing is imported before it is opened."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the journal: every run's turns, intents and results in the workspace's `.llmos/state/runs.db`."""
    return (
        Contribution(
            name="sqlite-journal",
            summary="records every run step by step, so that a crash loses nothing and repeats nothing",
            factory="llmos_std.journal.journal:open_journal",
            role="journal",
        ),
    )

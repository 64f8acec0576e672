"""What the snapshots family offers: one service. Nothing is imported before it is opened."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the snapshots: the workspace's files before each call that changes them, in `.llmos/state/snapshots`."""
    return (
        Contribution(
            name="workspace-snapshots",
            summary="keeps files before a call can change them, so that a run can be undone",
            factory="llmos_std.snapshots.service:open_snapshots",
            section="snapshots",
            config="llmos_std.snapshots.config:SnapshotsConfig",
            role="snapshots",
        ),
    )

"""What the bounds family offers: one gate, which costs next to nothing where no bound is set."""

from llmos_core.contrib import Contribution, Role
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_hooks() -> tuple[Contribution, ...]:
    """Offer the gate that refuses numbers beyond their bounds."""
    return (
        Contribution(
            name="bounds",
            summary="refuses numbers beyond their bounds, too fast changes, and ways through forbidden regions",
            factory="llmos_std.bounds.config:open_bounds",
            section="bounds",
            config="llmos_std.bounds.config:BoundsConfig",
            role=Role.GATE,
            moments=("pre_tool_use",),
        ),
    )

"""What the memory family offers. Only names here: nothing is imported before a trace is looked for."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_memory_backends() -> tuple[Contribution, ...]:
    """Offer the one memory that is files: a person can read, diff, edit and copy every trace."""
    return (
        Contribution(
            name="markdown",
            summary="traces as Markdown files, found through an index that may be deleted",
            factory="llmos_std.memory.backend:open_memory",
        ),
    )

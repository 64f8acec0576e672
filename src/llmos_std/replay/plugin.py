"""What the replay family offers, with its compiler."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the standard judge of traces, and the compiler of those that have proven themselves."""
    return (
        Contribution(
            name="crystals",
            summary="compiles traces that have proven themselves to Python, tests the code and hands it out",
            factory="llmos_std.compiling.compiler:open_compiler",
            role="compiler",
        ),
        Contribution(
            name="evidence",
            summary="says how far a trace may be trusted, from its record and from what its steps can do",
            factory="llmos_std.replay.trust:open_trust",
            role="trust",
        ),
    )

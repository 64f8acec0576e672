"""What this package offers. Only names here: nothing is imported before it is used."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_mode_strategies() -> tuple[Contribution, ...]:
    """Offer a strategy that takes the place of the standard one."""
    return (
        Contribution(
            name="fresh",
            summary="as auto, but what was learned too long ago is learned anew",
            factory="llmos_example.strategy:open_fresh",
            section="freshness",
            config="llmos_example.config:FreshnessConfig",
            replaces="auto",
        ),
    )


@hookimpl
def llmos_tools() -> tuple[Contribution, ...]:
    """Offer a tool that counts days."""
    return (
        Contribution(
            name="DaysBetween",
            summary="counts the days from one date to another",
            factory="llmos_example.tools:days_between.open",
        ),
    )


@hookimpl
def llmos_commands() -> tuple[Contribution, ...]:
    """Offer a verb that tells how old each habit is."""
    return (
        Contribution(
            name="freshness",
            summary="see how old each trace is, and which will be learned anew",
            factory="llmos_example.command:freshness",
        ),
    )

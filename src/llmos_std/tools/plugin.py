"""What the tools family offers: files, search, commands, the web. Only names: nothing is imported before use."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.tools"


@hookimpl
def llmos_tools() -> tuple[Contribution, ...]:
    """Offer the eight tools that every agent starts with."""
    return (
        Contribution(
            name="Bash",
            summary="runs a shell command in the workspace",
            factory=f"{_HERE}.commands:open_bash",
            section="commands",
            config=f"{_HERE}.config:CommandsConfig",
        ),
        Contribution(name="Edit", summary="replaces text in a file", factory=f"{_HERE}.files:open_edit"),
        Contribution(name="Glob", summary="finds files by name", factory=f"{_HERE}.search:open_glob"),
        Contribution(name="Grep", summary="finds lines by pattern", factory=f"{_HERE}.search:open_grep"),
        Contribution(
            name="Python",
            summary="runs Python code in a process of its own",
            factory=f"{_HERE}.commands:open_python",
        ),
        Contribution(name="Read", summary="returns the text of a file", factory=f"{_HERE}.files:open_read"),
        Contribution(
            name="WebFetch",
            summary="fetches a page of text by URL",
            factory=f"{_HERE}.web:open_web_fetch",
            section="web",
            config=f"{_HERE}.config:WebConfig",
        ),
        Contribution(name="Write", summary="creates or replaces a file", factory=f"{_HERE}.files:open_write"),
    )

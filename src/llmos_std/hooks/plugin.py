"""What the hooks family offers: the gates on the guarded road, and who remembers and answers for the user."""

from llmos_core.contrib import Contribution, Role
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.hooks"


@hookimpl
def llmos_hooks() -> tuple[Contribution, ...]:
    """Offer the gates of a std installation, and the log of events."""
    return (
        _gate("budget", "refuses a model call that would pass the run's own cost limit", moment="pre_model_call"),
        Contribution(
            name="event-log",
            summary="writes every event as a JSON line to the file that [log] names",
            factory=f"{_HERE}.event_log:open_event_log",
            section="log",
            config=f"{_HERE}.config:LogConfig",
            role=Role.OBSERVER,
        ),
        _gate("path-jail", "keeps the file tools inside the workspace and off protected files"),
        _gate(
            "permission-mode",
            "ask, accept-edits, plan or yolo: how much may happen without asking",
            section="permissions",
            config="PermissionsConfig",
        ),
        _gate(
            "shell-policy",
            "lets harmless commands pass, asks about unknown ones, refuses destructive ones",
            section="shell",
            config="ShellConfig",
        ),
        _gate("taint", "asks about egress, protected files and final calls once text from outside was read"),
        _gate("unconfined", "asks before every program where no sandbox confines it"),
    )


def _gate(
    name: str, summary: str, *, moment: str = "pre_tool_use", section: str = "", config: str = ""
) -> Contribution:
    module = name.replace("-", "_")
    return Contribution(
        name=name,
        summary=summary,
        factory=f"{_HERE}.{module}:open_{module}",
        section=section,
        config=f"{_HERE}.config:{config}" if config else "",
        role=Role.GATE,
        moments=(moment,),
    )


@hookimpl
def llmos_sections() -> tuple[Contribution, ...]:
    """Offer the section in which shell commands are given as hooks."""
    summary = "shell commands that are asked before and after goals, tools and model calls"
    return (Contribution(name="hooks", summary=summary, section="hooks", config=f"{_HERE}.hook_config:HooksConfig"),)


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the memory of approvals, and the terminal as the place where the user is asked."""
    return (
        Contribution(
            name="approvals",
            summary="remembers each yes for exactly the call it was given to",
            factory=f"{_HERE}.approvals:open_approvals",
            role="approvals",
        ),
        Contribution(
            name="terminal-approver",
            summary="asks the user at the terminal when a gate asks",
            factory=f"{_HERE}.approver:open_approver",
            role="approver",
        ),
    )

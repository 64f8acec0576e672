"""What the hooks family offers: the gates on the guarded road, and who remembers and answers for the user."""

from llmos_core.contrib import Contribution, Role
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.hooks"


@hookimpl
def llmos_hooks() -> tuple[Contribution, ...]:
    """Offer the first gates: budget, path jail, shell policy and permission modes."""
    return (
        Contribution(
            name="budget",
            summary="refuses a model call that would pass the run's own cost limit",
            factory=f"{_HERE}.budget:open_budget",
            role=Role.GATE,
            moments=("pre_model_call",),
        ),
        Contribution(
            name="event-log",
            summary="writes every event as a JSON line to the file that [log] names",
            factory=f"{_HERE}.event_log:open_event_log",
            section="log",
            config=f"{_HERE}.config:LogConfig",
            role=Role.OBSERVER,
        ),
        Contribution(
            name="path-jail",
            summary="keeps the file tools inside the workspace and off protected files",
            factory=f"{_HERE}.path_jail:open_path_jail",
            role=Role.GATE,
            moments=("pre_tool_use",),
        ),
        Contribution(
            name="permission-mode",
            summary="ask, accept-edits, plan or yolo: how much may happen without asking",
            factory=f"{_HERE}.permission_mode:open_permission_mode",
            section="permissions",
            config=f"{_HERE}.config:PermissionsConfig",
            role=Role.GATE,
            moments=("pre_tool_use",),
        ),
        Contribution(
            name="shell-policy",
            summary="lets harmless commands pass, asks about unknown ones, refuses destructive ones",
            factory=f"{_HERE}.shell_policy:open_shell_policy",
            section="shell",
            config=f"{_HERE}.config:ShellConfig",
            role=Role.GATE,
            moments=("pre_tool_use",),
        ),
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

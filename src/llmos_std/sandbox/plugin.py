"""What the sandbox family offers: one service. Nothing is imported, and nothing probed, before it is opened."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the sandbox: programs that tools start can change the workspace only, and reach no network."""
    return (
        Contribution(
            name="sandbox",
            summary="confines programs to the workspace, by bubblewrap or by Landlock and seccomp",
            factory="llmos_std.sandbox.choosing:open_sandbox",
            role="sandbox",
            section="sandbox",
            config="llmos_std.sandbox.config:SandboxConfig",
        ),
    )

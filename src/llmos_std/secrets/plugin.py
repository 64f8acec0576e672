"""What the secrets family offers: the redactor on the guarded road, and the gate that asks before a secret is used."""

from llmos_core.contrib import Contribution, Role
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.secrets"


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the redactor."""
    return (
        Contribution(
            name="secrets",
            summary="keeps secrets out of what is stored, shown and sent, and puts them back into calls",
            factory=f"{_HERE}.opening:open_redactor",
            section="secrets",
            config=f"{_HERE}.config:SecretsConfig",
            role="redactor",
        ),
    )


@hookimpl
def llmos_hooks() -> tuple[Contribution, ...]:
    """Offer the gate that asks before a secret is put into a call."""
    return (
        Contribution(
            name="secret-use",
            summary="asks before a call is given a secret that it could carry away",
            factory=f"{_HERE}.gate:open_gate",
            role=Role.GATE,
            moments=("pre_tool_use",),
        ),
    )

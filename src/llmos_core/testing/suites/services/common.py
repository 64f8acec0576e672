"""What holds for every service, whatever its role."""

from collections.abc import Mapping
from types import MappingProxyType

from llmos_core.testing.suites.services.opening import Service

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "approvals": ("is_approved", "remember"),
    "approver": ("approve",),
    "audit": ("decided", "ended"),
    "complexity": ("count",),
    "journal": (
        *("begin", "turn", "intend", "settle", "end", "suspend", "interrupted", "claim", "episode", "episodes"),
    ),
    "ledger": ("reserve", "settle", "spent"),
    "matcher": ("version", "keys", "match"),
    "redactor": ("hide", "hide_in", "reveal"),
    "sandbox": ("tier", "is_confining", "open_launch"),
    "snapshots": ("can_keep", "keep", "ended"),
    "trust": ("assess",),
})  # fmt: skip
"""The roles that llmos itself asks for, each with what it must have."""


class ServiceLaws:
    """What every service must do."""

    service: Service
    role: str
    methods: tuple[str, ...]

    def test_its_role_is_known_or_declared(self) -> None:
        """Else nobody can tell what it is for. Use a role that llmos asks for, or name what your own role promises."""
        known = ", ".join(sorted(ROLES))
        assert self.role in ROLES or self.methods, f"role '{self.role}' is none of {known}; declare its `methods`"

    def test_it_has_what_its_role_promises(self) -> None:
        """Else the first that needs it fails. The protocols are in `llmos_core.protocols`."""
        with self.service.opened() as service:
            missing = [name for name in (*ROLES.get(self.role, ()), *self.methods) if not hasattr(service, name)]
        assert missing == [], f"it has no {', '.join(missing)}"

    def test_it_opens_again_after_it_was_closed(self) -> None:
        """Else the second start fails. Let go of locks and files when the context manager ends."""
        with self.service.folder() as folder:
            for _ in range(2):
                with self.service.opened_in(folder):
                    pass

"""Short ways to say what a gate decides. `unless_yolo` is for what permission mode `yolo` lets pass; a DENY stays."""

from llmos_core.protocols.acting import ActionContext
from llmos_core.types.decision import IN_MODE_YOLO, Decision, Verdict
from llmos_core.types.record import evolve


def allow(rule: str, reason: str = "") -> Verdict:
    """Return ALLOW."""
    return Verdict(decision=Decision.ALLOW, reason=reason, rule=rule)


def ask(rule: str, reason: str) -> Verdict:
    """Return ASK."""
    return Verdict(decision=Decision.ASK, reason=reason, rule=rule)


def deny(rule: str, reason: str) -> Verdict:
    """Return DENY."""
    return Verdict(decision=Decision.DENY, reason=reason, rule=rule)


def unless_yolo(verdict: Verdict, action: ActionContext) -> Verdict:
    """Return the verdict, with ASK turned into ALLOW in permission mode `yolo`, which is its remedy in others."""
    if verdict.decision is not Decision.ASK:
        return verdict
    if action.permission_mode == "yolo":
        return evolve(verdict, decision=Decision.ALLOW, reason=f"not asked in mode yolo, though {verdict.reason}")
    return evolve(verdict, remedy=IN_MODE_YOLO)

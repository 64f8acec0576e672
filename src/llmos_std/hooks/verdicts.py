"""Short ways to say what a gate decides. In permission mode `yolo` an ASK becomes ALLOW; a DENY always stays."""

from llmos_core.protocols.acting import ActionContext
from llmos_core.types.decision import Decision, Verdict
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
    """Return the verdict, with ASK turned into ALLOW in permission mode `yolo`."""
    if verdict.decision is Decision.ASK and action.permission_mode == "yolo":
        return evolve(verdict, decision=Decision.ALLOW, reason=f"not asked in mode yolo, though {verdict.reason}")
    return verdict

"""The verdicts of the gate. In permission mode `yolo` nothing is asked; a denial always stays."""

from llmos_core.types.decision import Decision, Verdict


def deny(rule: str, reason: str) -> Verdict:
    """Return DENY."""
    return Verdict(decision=Decision.DENY, reason=reason, rule=rule)


def ask(rule: str, reason: str, permission_mode: str) -> Verdict:
    """Return ASK, in mode `yolo` ALLOW."""
    decision = Decision.ALLOW if permission_mode == "yolo" else Decision.ASK
    return Verdict(decision=decision, reason=reason, rule=rule)

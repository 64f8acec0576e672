"""The verdicts of the gate. In permission mode `yolo` nothing is asked; a denial always stays."""

from llmos_core.types.decision import IN_MODE_YOLO, Decision, Verdict


def deny(rule: str, reason: str) -> Verdict:
    """Return DENY."""
    return Verdict(decision=Decision.DENY, reason=reason, rule=rule)


def ask(rule: str, reason: str, permission_mode: str) -> Verdict:
    """Return ASK, in mode `yolo` ALLOW."""
    if permission_mode == "yolo":
        return Verdict(decision=Decision.ALLOW, reason=reason, rule=rule)
    return Verdict(decision=Decision.ASK, reason=reason, rule=rule, remedy=IN_MODE_YOLO)

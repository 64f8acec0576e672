"""Ask every gate about an action; the strictest answer wins, and an ASK is put to the user.

Policy fails closed: a gate that raises, hangs or talks nonsense counts as DENY, and so does nobody being there to ask.
"""

import os
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from llmos_core import aio
from llmos_core.errors import PluginError
from llmos_core.protocols.acting import ActionContext, Approver, Gate, Question
from llmos_core.protocols.context import Clock
from llmos_core.protocols.storing import Approvals
from llmos_core.runtime.waiting import call_within
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.json import digest
from llmos_core.types.record import Record, evolve
from llmos_core.types.tools import ToolCall

GATE_TIMEOUT_S = 5.0
SUMMARY_LENGTH, REASON_LENGTH = 200, 2000
FAILED, TIMED_OUT = "gate-failed", "gate-timed-out"
BROKEN_RULES = frozenset({FAILED, TIMED_OUT})
"""The rules of verdicts that no gate gave, but that stand for a gate's failure."""


class NamedGate(Record, kw_only=False):
    """A gate with the name of its contribution, which is the name its verdicts carry."""

    name: str
    gate: Gate


class BrokenGate(Record, kw_only=False):
    """Stands for a gate that could not be opened: policy fails closed."""

    problem: str

    def check(self, _action: object) -> Any:
        """Deny, by raising PluginError that says what is broken."""
        raise PluginError(self.problem)


async def judge(gates: Sequence[NamedGate], action: ActionContext, *, timeout_s: float = GATE_TIMEOUT_S) -> Verdict:
    """Return the strictest verdict of all gates, with the reasons of all who gave it, the first one's gate and rule.

    The order of gates never matters for the decision, and a further gate can only tighten it. With no gate at all
    nothing is judged, so only calls that change nothing are allowed. An async gate has `timeout_s` to answer, or what
    its own attribute `timeout_s` says; a plain one is timed when it is a stranger's (see `strange_gate`).
    """
    if not gates:
        return _unguarded(action)
    return strictest([await _ask(named, action, timeout_s) for named in gates])


def strictest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the strictest of one or more verdicts, its reason joined from all that are equally strict.

    A remedy stays only where it is the remedy of each of them.
    """
    highest = max(verdict.decision.rank for verdict in verdicts)
    winners = [verdict for verdict in verdicts if verdict.decision.rank == highest]
    reasons = dict.fromkeys(verdict.reason for verdict in winners if verdict.reason)
    remedies = {verdict.remedy for verdict in winners}
    return evolve(winners[0], reason="; ".join(reasons), remedy=remedies.pop() if len(remedies) == 1 else "")


async def decide(
    verdict: Verdict, question: Question, approvals: Approvals | None, approver: Approver | None, clock: Clock
) -> Verdict:
    """Turn an ASK into ALLOW or DENY; ALLOW and DENY pass unchanged.

    A remembered yes to exactly this call allows it; else the approver is asked, and its yes is remembered. Everything
    but a clear yes denies: no approver, one that raises, an answer that is not True.
    """
    if verdict.decision is not Decision.ASK:
        return verdict
    if _was_approved(question, approvals):
        return evolve(verdict, decision=Decision.ALLOW, reason="you said yes to this call", rule="approved-before")
    if approver is None:
        return evolve(verdict, decision=Decision.DENY, reason=_nobody(verdict))
    try:
        answer = await aio.call(approver.approve, question)
    except Exception as error:  # noqa: BLE001 – an approver is plugin code: its failure is a no
        reason = f"{verdict.reason}; asking failed ({_named(error)})"
        return Verdict(decision=Decision.DENY, reason=reason, rule="approver-failed", gate=verdict.gate)
    if answer is not True:
        return evolve(verdict, decision=Decision.DENY, reason=f"not approved: {verdict.reason}", rule="refused")
    return evolve(verdict, decision=Decision.ALLOW, reason=_remember(question, approvals, clock), rule="approved")


def action_hash(call: ToolCall, workspace: Path, policy_version: str, tier: str, *, is_tainted: bool = False) -> str:
    """Return the digest (64 hex digits) under which a yes to exactly this call is remembered.

    It covers tool, arguments, the real path of the workspace, the policy, the sandbox tier, what can be undone under
    it, and whether strangers' words were read in the run: a yes never outlives a change of any of them. Raises
    ValueError or TypeError for arguments that JSON cannot hold.
    """
    facts = {
        "tool": call.tool,
        "arguments": dict(call.arguments),
        "workspace": os.path.realpath(workspace),
        "policy": policy_version,
        "tier": tier,
    }
    return digest({**facts, "tainted": True} if is_tainted else facts)


def policy_version(gates: Sequence[NamedGate]) -> str:
    """Return 16 hex digits that change with the set of gates and with their rules, not with their order.

    A gate with rules of its own tells their digest in an attribute `policy` (text).
    """
    return digest(sorted([named.name, str(getattr(named.gate, "policy", ""))] for named in gates))[:16]


def summary_of(call: ToolCall) -> str:
    """Return one printable line about a call, at most 200 characters: how an approval is listed."""
    shown = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    line = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in f"{call.tool}({shown})")
    return line if len(line) <= SUMMARY_LENGTH else f"{line[: SUMMARY_LENGTH - 1]}…"


async def _ask(named: NamedGate, action: ActionContext, timeout_s: float) -> Verdict:
    try:
        limit_s = getattr(named.gate, "timeout_s", timeout_s)
        answer = await call_within(limit_s, named.gate.check, _copy_of(action))
        return _checked(answer, named.name)
    except TimeoutError as error:
        return _failed(named.name, str(error) or "no answer in time", TIMED_OUT)
    except BaseException as error:  # a gate is plugin code: its failure denies
        from llmos_core.strangers import described, is_interruption

        if is_interruption(error):
            raise
        return _failed(named.name, described(error), FAILED)


def _copy_of(action: ActionContext) -> ActionContext:
    """Give each gate its own arguments: none can change what another judges or what is called afterwards."""
    call = evolve(action.call, arguments=deepcopy(dict(action.call.arguments)))
    return evolve(action, call=call)


def _checked(answer: object, gate: str) -> Verdict:
    """Return the verdict, or a denial for anything else: a kin of Verdict could change its word after being judged."""
    if type(answer) is not Verdict or type(answer.decision) is not Decision:
        return _failed(gate, f"it answered {type(answer).__name__}, expected a Verdict", FAILED)
    if any(type(said) is not str for said in (answer.reason, answer.rule, answer.remedy)):
        return _failed(gate, "its reason, rule or remedy is no text", FAILED)
    reason, rule, remedy = _shown(answer.reason), _shown(answer.rule) or gate, _shown(answer.remedy)
    return Verdict(decision=answer.decision, reason=reason, rule=rule, gate=gate, remedy=remedy)


def _shown(text: str) -> str:
    """Return a gate's own words, made fit for a terminal when they are not."""
    if text.isprintable() and len(text) <= REASON_LENGTH:
        return text
    from llmos_core.strangers import printable

    return printable(text, REASON_LENGTH)


def _failed(gate: str, what: str, rule: str) -> Verdict:
    reason = f"gate {gate!r} could not judge this ({what}), so it is denied"
    return Verdict(decision=Decision.DENY, reason=reason, rule=rule, gate=gate)


def _unguarded(action: ActionContext) -> Verdict:
    if action.effect.is_safe:
        return Verdict(decision=Decision.ALLOW, reason="it changes nothing", rule="no-gate")
    reason = (
        "no gate is installed that could judge it, so only calls that change nothing are allowed; see 'llmos doctor'"
    )
    return Verdict(decision=Decision.DENY, reason=reason, rule="no-gate")


def _was_approved(question: Question, approvals: Approvals | None) -> bool:
    if approvals is None:
        return False
    try:
        return approvals.is_approved(question.action_hash) is True
    except Exception:  # noqa: BLE001 – approvals that cannot be read are no approvals
        return False


def _remember(question: Question, approvals: Approvals | None, clock: Clock) -> str:
    if approvals is None:
        return "you said yes"
    try:
        summary = summary_of(question.action.call)
        approvals.remember(question.action_hash, summary=summary, at=clock.now().isoformat())
    except Exception as error:  # noqa: BLE001 – the yes was given; only the memory of it failed
        return f"you said yes, but that could not be remembered ({_named(error)})"
    return "you said yes"


def _nobody(verdict: Verdict) -> str:
    other = f", or {verdict.remedy}" if verdict.remedy else ""
    return f"nobody to ask: {verdict.reason}; run it again with -y{other}"


def _named(error: BaseException) -> str:
    from llmos_core.strangers import described

    return described(error)

"""Judge a matched trace by what its steps can do today: under today's tools, sandbox, policy and approvals.

The trace itself is left as it is, and so is its identity: only the judge is shown today's effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core import aio
from llmos_core.errors import PluginError
from llmos_core.runtime.confining import BROKEN, Confinement, confinement_of, effect_of, worse
from llmos_core.runtime.gates import action_hash
from llmos_core.runtime.guarding import reads_untrusted
from llmos_core.types.decision import MatchKind
from llmos_core.types.record import Record, evolve
from llmos_core.types.tools import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from llmos_core.runtime.kernel import Kernel
    from llmos_core.types.decision import Assessment, MatchReport
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.tools import Effect
    from llmos_core.types.trace import TraceStep


class Today(Record):
    """One tool of a trace as it is now; `tool` is None when it cannot be had."""

    tool: Any = None
    fingerprint: str = ""
    confinement: Confinement = Confinement(tier=BROKEN)

    def effect(self, step: TraceStep) -> Effect:
        """Return what a step can do today: never less than recorded, except for what confines it."""
        own = step.effect if self.tool is None else worse(step.effect, effect_of(self.tool, call_of(step)))
        return self.confinement.effect(own)


async def assess(kernel: Kernel, task: TaskBlock, match: MatchReport) -> Assessment:
    """Ask how far the match may be trusted today, given the user's approvals and the installed tools."""
    approvals = await kernel.optional_service("approvals")
    steps = () if match.trace is None else match.trace.steps
    tools = {name: await _today(kernel, name) for name in dict.fromkeys(step.tool for step in steps)}
    policy = "" if match.trace is None else await kernel.policy_version()
    is_yes = match.kind is MatchKind.EXACT and _says_yes(kernel)

    def is_approved(step: TraceStep) -> bool:
        if is_yes:
            return True
        call, where, tier = call_of(step), kernel.paths.workspace, tools[step.tool].confinement.standing
        keys = (action_hash(call, where, policy, tier, is_tainted=taint) for taint in taints_of(step, steps, tools))
        return approvals is not None and all(bool(approvals.is_approved(key)) for key in keys)

    def is_current(step: TraceStep) -> bool:
        return tools[step.tool].fingerprint == step.fingerprint

    trust = await kernel.service("trust")
    seen = _as_today(match, tools)
    assessment: Assessment = await aio.call(trust.assess, task, seen, is_approved=is_approved, is_current=is_current)
    return assessment


def _says_yes(kernel: Kernel) -> bool:
    """Say whether the caller answers every question with yes: then the calls of the very goal are approved as well."""
    return getattr(kernel.given("approver"), "approves_all", False) is True


async def _today(kernel: Kernel, name: str) -> Today:
    try:
        tool = await kernel.tool(name)
    except PluginError:
        return Today()
    fingerprint = str(tool.spec.fingerprint)
    try:
        return Today(tool=tool, fingerprint=fingerprint, confinement=await confinement_of(tool, kernel.guard))
    except Exception:  # noqa: BLE001 – a sandbox that cannot be had confines nothing; the call itself will say why
        return Today(tool=tool, fingerprint=fingerprint)


def _as_today(match: MatchReport, tools: Mapping[str, Today]) -> MatchReport:
    """Return the match with today's effects in place of the recorded ones."""
    if match.trace is None:
        return match
    effects = [tools[step.tool].effect(step) for step in match.trace.steps]
    if effects == [step.effect for step in match.trace.steps]:
        return match
    steps = zip(match.trace.steps, effects, strict=True)
    return evolve(match, trace=evolve(match.trace, steps=tuple(evolve(step, effect=effect) for step, effect in steps)))


def taints_of(step: TraceStep, steps: Sequence[TraceStep], tools: Mapping[str, Today]) -> set[bool]:
    """Return whether strangers' words have been read by then, for each time that this call is made."""
    found, is_tainted = set(), False
    for other in steps:
        if other.tool == step.tool and other.arguments == step.arguments:
            found.add(is_tainted)
        is_tainted = is_tainted or reads_untrusted(tools[other.tool].tool)
    return found or {True, False}


def call_of(step: TraceStep) -> ToolCall:
    """Return the call that a step of a trace makes."""
    return ToolCall(id="", tool=step.tool, arguments=step.arguments)

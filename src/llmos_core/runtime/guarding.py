"""What is done around an action that may happen: the evidence before it, the way back, the evidence after it.

The rule: where a guard is installed and cannot do its part, the action does not happen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llmos_core import aio
from llmos_core.errors import LlmosError
from llmos_core.runtime.confining import NO_PROGRAM, Confinement, starts_programs
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.record import Record
from llmos_core.types.tools import CallStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.protocols.acting import ActionContext, FollowingGate
    from llmos_core.runtime.scene import Scene
    from llmos_core.types.tools import Effect, ToolCall
    from llmos_core.types.transcript import StepRecord

AUDIT_FAILED = "audit-failed"
"""The rule of a denial because the decision itself could not be recorded."""


class Act(Record):
    """One call on its way to being made. `effect` is what it could do by itself, whatever confines it."""

    index: int
    turn: int
    origin: str
    call: ToolCall
    tool: Any
    effect: Effect
    confinement: Confinement = NO_PROGRAM

    @property
    def confined_effect(self) -> Effect:
        """What it can do today."""
        return self.confinement.effect(self.effect)


async def decided(scene: Scene, index: int, action: ActionContext, verdict: Verdict) -> Verdict:
    """Return the verdict once it is on record, or a denial because it cannot be recorded."""
    if scene.unrecorded:
        return _unrecorded(scene.unrecorded)
    try:
        if (audit := await scene.audit()) is not None:
            audit.decided(
                scene.run_id,
                index=index,
                call=action.call,
                effect=action.effect,
                origin=action.origin,
                verdict=verdict,
                policy=await scene.policy_version(),
                tier=action.tier,
                at=scene.clock.now().isoformat(),
            )
    except Exception as error:  # noqa: BLE001 – a guard may be a stranger's: its failure denies
        return _unrecorded(f"the decision cannot be recorded ({_described(error)})")
    return verdict


def _unrecorded(why: str) -> Verdict:
    return Verdict(decision=Decision.DENY, reason=f"{why}, so nothing is done", rule=AUDIT_FAILED, gate="audit")


async def keep(scene: Scene, act: Act) -> str:
    """Keep what an allowed call may destroy, and let gates know that it begins; return why it must not, else ""."""
    return await _kept(scene, act) or await _begun(scene, act)


async def _kept(scene: Scene, act: Act) -> str:
    if act.confined_effect.is_safe:
        return ""
    try:
        paths = _paths_of(act)
        if paths == () or (snapshots := await scene.snapshots()) is None:
            return ""
        if paths is None and not act.confinement.is_undoable and not snapshots.can_keep():
            return ""  # it was judged as what it is by itself, not as what can be put back
        snapshots.keep(scene.run_id, act.index, paths, at=scene.clock.now().isoformat())
    except Exception as error:  # noqa: BLE001 – a guard may be a stranger's: its failure denies
        return f"what it may destroy cannot be kept, so it is not done ({_described(error)})"
    return ""


async def _begun(scene: Scene, act: Act) -> str:
    """Tell the gates that follow what is made; one that objects now, or fails, keeps the call from being made."""
    try:
        for gate in await _following(scene):
            await aio.call(gate.begins, scene.run_id, act.index, act.call)
    except Exception as error:  # noqa: BLE001 – a gate may be a stranger's: its failure denies
        return str(error) if isinstance(error, LlmosError) else f"a gate failed ({_described(error)})"
    return ""


async def _following(scene: Scene) -> Sequence[FollowingGate]:
    gates = (named.gate for named in await scene.gates("pre_tool_use"))
    return [cast("FollowingGate", gate) for gate in gates if hasattr(gate, "begins")]


async def ended(scene: Scene, step: StepRecord) -> StepRecord:
    """Put on record what became of an allowed call, and return its step.

    It happened, so the run must know of it, whatever the record says. But no further call is allowed once an end is
    missing in the record.
    """
    at = scene.clock.now().isoformat()
    try:
        if not step.effect.is_safe and (snapshots := await scene.snapshots()) is not None:
            snapshots.ended(scene.run_id, step.index, at=at)
    except Exception as error:  # noqa: BLE001 – a guard may be a stranger's
        scene.note(f"what step {step.index + 1} left could not be noted, so undoing will ask ({_described(error)})")
    try:
        for gate in await _following(scene):
            await aio.call(gate.ended, scene.run_id, step)
    except Exception as error:  # noqa: BLE001 – a gate may be a stranger's; it counts on the worst until it is told
        scene.note(f"a gate could not note how step {step.index + 1} ended ({_described(error)})")
    try:
        if (audit := await scene.audit()) is not None:
            audit.ended(scene.run_id, step, at=at)
    except Exception as error:  # noqa: BLE001 – a guard may be a stranger's
        scene.unrecorded = f"the end of step {step.index + 1} could not be recorded ({_described(error)})"
        scene.note(scene.unrecorded)
    return step


def _paths_of(act: Act) -> Sequence[str] | None:
    """Return the files that a call may change: () where nobody can tell, None for the whole workspace."""
    if starts_programs(act.tool):
        return None
    name_paths = getattr(act.tool, "paths_of", None)
    return () if name_paths is None else tuple(name_paths(act.call.arguments))


def reads_untrusted(tool: Any) -> bool:
    """Say whether a tool says of itself that it brings in what strangers have written."""
    return getattr(tool, "reads_untrusted", False) is True


async def has_read_untrusted(scene: Scene, steps: Sequence[StepRecord]) -> bool:
    """Say whether steps of an earlier run brought in strangers' words; a tool that is gone may have."""
    for step in steps:
        if step.result.status is CallStatus.DENIED:
            continue
        try:
            if reads_untrusted(await scene.tool(step.call.tool)):
                return True
        except LlmosError:
            return True
    return False


def _described(error: BaseException) -> str:
    from llmos_core.strangers import described

    return described(error)

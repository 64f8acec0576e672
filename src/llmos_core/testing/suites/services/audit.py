"""The laws of an audit: every decision can be recorded, is durable when that returns, and is refused otherwise."""

from pathlib import Path
from typing import Any

from llmos_core.errors import StorageError
from llmos_core.protocols.guarding import Audit
from llmos_core.testing.records import effects, step_records, tool_calls, verdicts
from llmos_core.testing.suites.services.common import ServiceLaws
from llmos_core.testing.suites.services.opening import bytes_below, spoil
from llmos_core.types.decision import ALLOW, Verdict
from llmos_core.types.tools import Effect, ToolCall
from llmos_core.types.transcript import StepRecord

AT = "2026-01-01T12:00:00+00:00"
"""When everything happens."""

CALL = ToolCall(id="c", tool="Write", arguments={"path": "a.txt", "content": "x"})
"""An ordinary call."""


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    return AuditLaws, {"call": tool_calls(), "verdict": verdicts(), "effect": effects(), "step": step_records()}


class AuditLaws(ServiceLaws):
    """What every audit must do; a second audit on the same folder is what another process would see."""

    def test_every_decision_can_be_recorded(self, call: ToolCall, verdict: Verdict, effect: Effect) -> None:
        """Else the calls it chokes on are never made. Take every verdict and effect; any text may be in a call."""
        with self.service.opened() as audit:
            decide(audit, call=call, verdict=verdict, effect=effect)

    def test_every_end_can_be_recorded(self, step: StepRecord) -> None:
        """Else a run stops after a call that went well. Take steps of every status."""
        with self.service.opened() as audit:
            decide(audit)
            audit.ended("r", step, at=AT)

    def test_a_decision_is_kept_when_it_returns(self) -> None:
        """Else a crash hides what was done. Write before you return, where the folders of the context say."""
        with self.service.folder() as folder, self.service.opened_in(folder) as audit:
            before = bytes_below(folder)
            decide(audit)
            assert bytes_below(folder) != before, "nothing was written before `decided` returned"

    def test_what_cannot_be_kept_is_refused(self) -> None:
        """Else calls happen that nobody will know of. Raise StorageError when a record cannot be written."""
        with self.service.folder() as folder:
            spoil(folder)
            assert _is_refused(self.service, folder), "`decided` returned though nothing can be written"

    def test_several_processes_record_at_once(self) -> None:
        """Else one of them is stopped, or overwrites the other. Lock, or append."""
        with self.service.twice() as opened:
            for index in range(3):
                decide(opened.one, index=index)
                decide(opened.two, index=index, run_id="other")


def _is_refused(service: Any, folder: Path) -> bool:
    try:
        with service.opened_in(folder) as audit:
            decide(audit)
    except StorageError:
        return True
    return False


def decide(audit: Audit, *, run_id: str = "r", index: int = 0, **facts: Any) -> None:
    """Record one decision; `facts` are further arguments of `Audit.decided`."""
    known: dict[str, Any] = {"call": CALL, "effect": Effect.IDEMPOTENT_WRITE, "verdict": ALLOW}
    known |= {"origin": "model", "policy": "0" * 16, "tier": "in-process", "at": AT}
    audit.decided(run_id, index=index, **{**known, **facts})

"""Chains to test with: a small one, as its own audit wrote it, and calls to decide about."""

from pathlib import Path
from typing import Any

from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Origin, StepRecord
from llmos_std.audit.chain import Chain
from llmos_std.audit.service import ChainedAudit
from llmos_std.audit.verifying import Report, verify

AT = "2026-11-21T10:00:00+00:00"


def chain_in(folder: Path, **options: Any) -> Chain:
    return Chain(folder / "audit" / "chain.jsonl", folder / "audit-heads" / "chain", about="/somewhere", **options)


def audit_in(folder: Path) -> ChainedAudit:
    return ChainedAudit(chain_in(folder))


def report_on(folder: Path) -> Report:
    chain = chain_in(folder)
    return verify(chain.path, chain.anchor)


def call(index: int = 0, tool: str = "Write") -> ToolCall:
    return ToolCall(id=f"c{index}", tool=tool, arguments={"path": f"{index}.txt", "content": "x"})


def decide(
    audit: ChainedAudit,
    index: int = 0,
    *,
    run: str = "run-1",
    decision: Decision = Decision.ALLOW,
    tool: str = "Write",
) -> None:
    audit.decided(
        run,
        index=index,
        call=call(index, tool),
        effect=Effect.IDEMPOTENT_WRITE,
        origin=Origin.TRACE,
        verdict=Verdict(decision=decision, rule="accept-edits", gate="permission-mode"),
        policy="0123456789abcdef",
        tier="in-process",
        at=AT,
    )


def end(audit: ChainedAudit, index: int = 0, *, run: str = "run-1", status: CallStatus = CallStatus.OK) -> None:
    step = StepRecord(
        index=index, call=call(index), result=ToolResult(status=status), fingerprint="f", effect=Effect.IDEMPOTENT_WRITE
    )
    audit.ended(run, step, at=AT)


def write_small_log(folder: Path) -> None:
    """Write a chain of five records, cleanly ended: one call that was made, one that was denied, one that failed."""
    audit = audit_in(folder)
    decide(audit, 0)
    end(audit, 0)
    decide(audit, 1, decision=Decision.DENY)
    decide(audit, 2)
    end(audit, 2, status=CallStatus.ERROR)
    audit.close()

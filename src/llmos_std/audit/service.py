"""The audit of one workspace: what was decided about every action, before it happens, and what became of it.

It lives among the user's own state, where no confined program can write, with its head in a folder apart.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from llmos_core.errors import StorageError
from llmos_std.audit.chain import Chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.decision import Verdict
    from llmos_core.types.tools import Effect, ToolCall
    from llmos_core.types.transcript import StepRecord

FOLDER, HEADS = "audit", "audit-heads"
"""Where chains and their heads are, in the user's state."""


def chain_of(user_state: Path, workspace: Path) -> Chain:
    """Return the chain of a workspace; its name follows from the real path, so one workspace has one."""
    real = os.path.realpath(workspace)
    key = hashlib.sha256(os.fsencode(real)).hexdigest()
    about = real.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Chain(user_state / FOLDER / f"{key}.jsonl", user_state / HEADS / key, about=about)


class ChainedAudit:
    """An `Audit` whose records chain; StorageError from any method means that nothing more may happen."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def decided(
        self,
        run_id: str,
        *,
        index: int,
        call: ToolCall,
        effect: Effect,
        origin: str,
        verdict: Verdict,
        policy: str,
        tier: str,
        at: str,
    ) -> None:
        """Record durably what was decided about step `index`, before it happens; `policy` is the policy's digest."""
        facts = {
            "kind": "decided",
            "run": run_id,
            "index": index,
            "tool": call.tool,
            "key": call.key,
            "effect": str(effect),
            "origin": str(origin),
            "decision": str(verdict.decision),
            "rule": verdict.rule,
            "gate": verdict.gate,
            "policy": policy,
            "tier": tier,
        }
        self._chain.append(facts, at=at, durable=True)

    def ended(self, run_id: str, step: StepRecord, *, at: str) -> None:
        """Record what became of an action that was allowed; it survives the death of this process."""
        status = str(step.result.status)
        facts = {"kind": "ended", "run": run_id, "index": step.index, "tool": step.call.tool, "status": status}
        self._chain.append(facts, at=at, durable=False)

    def close(self) -> None:
        """Let the head cover the last outcomes too."""
        with suppress(StorageError):  # every decision is covered already, and there is nobody left to stop
            self._chain.settle()


@contextmanager
def open_audit(context: PluginContext) -> Iterator[ChainedAudit]:
    """Offer the workspace's audit; nothing is touched before its first use."""
    audit = ChainedAudit(chain_of(context.paths.user_state, context.paths.workspace))
    try:
        yield audit
    finally:
        audit.close()

"""What a run came to: an honest status, one receipt per step, and money as text."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from llmos_core.types.money import ZERO, plain
from llmos_core.types.record import Record, values_of

SCHEMA = "llmos.result/1"
"""The name and major version of the form that `RunResult.to_json` writes."""


class Status(StrEnum):
    """How a run ended. Only SUCCEEDED means that the goal was reached as far as llmos can tell."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    DENIED = "denied"
    OVER_BUDGET = "over-budget"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"


EXIT_CODES = {
    Status.SUCCEEDED: 0,
    Status.FAILED: 1,
    Status.DENIED: 4,
    Status.OVER_BUDGET: 5,
    Status.PARTIAL: 6,
    Status.TIMED_OUT: 8,
    Status.CANCELLED: 130,
}
"""The exit code of the process for each status."""

EXIT_NO_MODEL = 3
"""The exit code where no model took the goal."""


class StepReceipt(Record):
    """One step as the user sees it. `verified` is False where no discriminating check was made."""

    index: int
    tool: str
    status: str
    effect: str
    verified: bool = False


class RunResult(Record):
    """The result of one run. `cost_usd` is None when a price was unknown; `abstained`: no model took the goal.

    `notices` are for the user's eyes, one sentence each, and no part of the JSON.
    """

    status: Status
    mode: str
    run_id: str
    output: str = ""
    model_calls: int = 0
    cost_usd: Decimal | None = ZERO
    saved_usd: Decimal | None = ZERO
    trace_id: str | None = None
    match: str = "none"
    steps: tuple[StepReceipt, ...] = ()
    reason: str = ""
    abstained: bool = False
    notices: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The process exit code that this result stands for."""
        return EXIT_NO_MODEL if self.abstained else EXIT_CODES[self.status]

    @property
    def success(self) -> bool:
        """True only for SUCCEEDED."""
        return self.status is Status.SUCCEEDED

    def __getitem__(self, key: str) -> Any:
        """Return a field by name, or `success`: results may be read like the JSON they print as."""
        return self.success if key == "success" else self.to_json()[key]

    def to_json(self) -> dict[str, Any]:
        """Return the value that `--json` prints (specs/result/1)."""
        return {
            "schema": SCHEMA,
            "status": self.status.value,
            "mode": self.mode,
            "output": self.output,
            "model_calls": self.model_calls,
            "cost_usd": plain(self.cost_usd),
            "saved_usd": plain(self.saved_usd),
            "trace_id": self.trace_id,
            "run_id": self.run_id,
            "match": self.match,
            "steps": [values_of(step) for step in self.steps],
            "reason": self.reason,
        }

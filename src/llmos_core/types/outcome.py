"""What a mode hands back to the dispatcher."""

from decimal import Decimal

from llmos_core.types.money import ZERO
from llmos_core.types.record import Record
from llmos_core.types.result import Status
from llmos_core.types.transcript import Transcript


class Outcome(Record):
    """How a mode's run ended. `mode` is what really happened (a surprised FOLLOWER that asked the model is MIXED).

    `trace_id` is the trace that was followed or learned; `saved_usd` what the replay did not cost (None unknown).
    """

    status: Status
    mode: str
    transcript: Transcript
    output: str = ""
    reason: str = ""
    trace_id: str | None = None
    saved_usd: Decimal | None = ZERO
    abstained: bool = False

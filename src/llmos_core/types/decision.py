"""How a goal was matched, which mode was chosen, and what gates said."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from llmos_core.types.record import Record, field
from llmos_core.types.task import ModeName, TaskBlock
from llmos_core.types.trace import Statistics, Trace


class MatchKind(StrEnum):
    """How a known goal relates to the one asked: the same text, the same task in other words, the same template.

    Only these can be proofs; SIMILAR is a guess.
    """

    EXACT = "exact"
    FRAME = "frame"
    TEMPLATE = "template"
    SIMILAR = "similar"
    NONE = "none"


_SAME_IF_VALUES_ARE = (MatchKind.FRAME, MatchKind.TEMPLATE)

PROPOSAL_CAP = 0.919
"""No score or confidence of a match that is no proof may pass this: just under every FOLLOWER line of the documents."""


class Rejection(Record):
    """A trace that was looked at and not taken, and why (a veto word, a changed number, quarantine …)."""

    trace_id: str
    goal: str
    tier: str
    reason: str


class MatchReport(Record):
    """The answer to "have I done this?". `score` is 0–1 and says how alike the goals are, nothing more.

    `bindings` maps slot names to the values of this goal; `is_same_values` is True when every slot has the value of
    the recorded run. `program`, when there is one, was derived from several runs and bound to this goal's own values:
    it stands in for the trace's. `compiled`, when there is one, is the promoted code of the trace. `proposals` are
    programs that one small model call could complete, best first, for MIXED. `why` is one sentence.
    """

    kind: MatchKind = MatchKind.NONE
    score: float = 0.0
    trace: Trace | None = None
    statistics: Statistics = field(factory=Statistics)
    bindings: Mapping[str, Any] = field(factory=dict)
    is_same_values: bool = False
    program: Any = None
    compiled: Any = None
    proposals: tuple[Any, ...] = ()
    why: str = "nothing like it was learned yet"
    rejected: tuple[Rejection, ...] = ()

    @property
    def is_proof(self) -> bool:
        """True when this is the recorded goal with the recorded values, or several runs prove what its values do."""
        is_settled = self.is_same_values or self.program is not None
        is_same = self.kind is MatchKind.EXACT or (self.kind in _SAME_IF_VALUES_ARE and is_settled)
        return is_same and self.trace is not None


class Assessment(Record):
    """How far a matched trace may be trusted today: `confidence` 0–1 after every cap, and the safety floor.

    `is_replayable` says whether it may run with no model at all; `is_verifying` that this replay is itself the check
    of a fresh trace; `reason` is one sentence, and names what is missing when it may not.
    """

    confidence: float = 0.0
    is_replayable: bool = False
    is_verifying: bool = False
    reason: str = ""


class Thresholds(Record):
    """The documented lines between the modes, each 0–1, with mixed ≤ follower."""

    follower: float = 0.92
    mixed: float = 0.75
    complexity: int = 2


class ModeContext(Record):
    """All that a strategy may look at. `confidence` is how far the match may be trusted, 0–1, after every cap.

    `is_replayable` is the safety floor: whether the trace may run without a model at all, decided outside the strategy.
    `available` names the modes that are installed; `complexity` counts the goal's cues for many steps.
    """

    task: TaskBlock
    match: MatchReport
    confidence: float = 0.0
    is_replayable: bool = False
    has_model: bool = True
    is_critical: bool = False
    complexity: int = 0
    thresholds: Thresholds = field(factory=Thresholds)
    available: frozenset[str] = frozenset({"LEARNER", "FOLLOWER", "MIXED"})
    balance_usd: Decimal | None = None
    internal_state: Mapping[str, float] = field(factory=dict)


class ModeDecision(Record):
    """What a strategy chose. `trace` is the match's trace when the mode uses one; `reasoning` one sentence."""

    mode: ModeName
    confidence: float
    reasoning: str
    trace: Trace | None = None


class Decision(StrEnum):
    """A gate's word. The strictest of all gates counts."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"

    @property
    def rank(self) -> int:
        """0 allow, 1 ask, 2 deny."""
        return ("allow", "ask", "deny").index(self.value)


IN_MODE_YOLO = "in --permission-mode yolo"
"""The remedy of a gate that asks nothing in that mode."""


class Verdict(Record):
    """A gate's decision, the rule behind it and one sentence for the user.

    `remedy` says how an ASK would pass with nobody there, so that it ends "run it again …"; "" when only a yes helps.
    """

    decision: Decision
    reason: str = ""
    rule: str = ""
    gate: str = ""
    remedy: str = ""


ALLOW = Verdict(decision=Decision.ALLOW)
"""The verdict of a gate without objections."""

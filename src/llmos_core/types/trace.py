"""Traces: programs derived from recorded runs, and the counters that say how far to trust them."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from llmos_core.types.json import JsonObject, digest
from llmos_core.types.record import Record, field
from llmos_core.types.tools import CallStatus, Effect, Probe


class TraceState(StrEnum):
    """Whether a trace may act. Only LEARNED may; the others wait for a person."""

    LEARNED = "learned"
    EDITED = "edited"
    IMPORTED = "imported"
    RETIRED = "retired"


class Observation(Record):
    """What a step returned, condensed.

    `digest` covers the whole content; `control` the content with times, temporary paths and the like
    generalised; `shape` is its JSON outline; `preview` at most 400 characters, for people only.
    """

    status: CallStatus
    digest: str
    control: str
    shape: str
    preview: str = ""
    is_empty: bool = False


class TraceStep(Record):
    """One call of the program. `turn` groups calls that were asked for together, counted from 0."""

    turn: int
    tool: str
    fingerprint: str
    arguments: JsonObject
    effect: Effect
    observation: Observation
    before: Probe | None = None
    after: Probe | None = None


class Trace(Record):
    """One replayable program for one goal. Its identity covers goal, steps and answer, never counters.

    `created_at` is UTC ISO 8601; `cost_usd` what learning it cost (None unknown); `seconds` how long it took;
    `mode` and `model` how it was learned; `episodes` are run ids of its evidence. `context` holds the task's inputs
    and constraints: a task with others is another task. `goal_signature` is the matcher's first key of the goal.
    """

    goal: str
    goal_signature: str
    steps: tuple[TraceStep, ...]
    answer: str
    created_at: str = ""
    mode: str = "LEARNER"
    provider: str = ""
    model: str = ""
    cost_usd: Decimal | None = None
    seconds: float = 0.0
    episodes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    negative_goals: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(factory=dict)
    state: TraceState = TraceState.LEARNED

    @property
    def id(self) -> str:
        """16 hex digits, content-addressed: the same program for the same goal has the same id."""
        return digest(self.program())[:16]

    def program(self) -> dict[str, Any]:
        """Return the part that is identity, as JSON: what would be executed, checked and answered."""
        steps = [
            {
                "turn": s.turn,
                "tool": s.tool,
                "fingerprint": s.fingerprint,
                "arguments": dict(s.arguments),
                "effect": s.effect.value,
                "before": None if s.before is None else dict(s.before),
                "after": None if s.after is None else dict(s.after),
                "observation": {
                    "status": s.observation.status.value,
                    "digest": s.observation.digest,
                    "control": s.observation.control,
                    "shape": s.observation.shape,
                    "is_empty": s.observation.is_empty,
                },
            }
            for s in self.steps
        ]
        return {"goal": self.goal, "context": dict(self.context), "steps": steps, "answer": self.answer}

    @property
    def seal(self) -> str:
        """Digest over everything that may change what this trace does or matches: broken by any edit by hand."""
        reach = {"aliases": list(self.aliases), "negative_goals": list(self.negative_goals)}
        return digest({**self.program(), **reach, "signature": self.goal_signature})

    @property
    def is_from_log(self) -> bool:
        """True when another agent's log says what it does and found, not a run on this machine."""
        return self.mode in (IMPORTED, CONVERSATION)

    @property
    def tools_used(self) -> tuple[str, ...]:
        """Tool names in order of first use."""
        return tuple(dict.fromkeys(step.tool for step in self.steps))


HEALED = "HEALED"
"""The `mode` of a trace that a model completed after another trace was surprised: a candidate until it is confirmed."""

IMPORTED = "IMPORTED"
"""The `mode` of a trace, and of an episode, that was not run here but taken in from another agent's log."""

CONVERSATION = "CONVERSATION"
"""The `mode` of such a trace when the user spoke again: its goal is all that was said, and only those words are it."""

BIRTH_SCORE = 75
"""The score of a trace that was never used, in hundredths."""

SUCCESS_STEP, FAILURE_STEP = 10, -20
"""How far one verified outcome moves the score, in hundredths."""


def score_after(score: int, *, verified: bool | None) -> int:
    """Return the documented score, 0–100, after one more outcome; None is an unchecked one and changes nothing.

    Source: specs/confidence/1, CF-001 and CF-002.
    """
    if verified is None:
        return score
    return max(0, min(100, score + (SUCCESS_STEP if verified else FAILURE_STEP)))


class Statistics(Record):
    """Counters of one trace, apart from its identity. `score` is in hundredths, 0–100, 75 at birth.

    `uses` counts replays begun; `successes` and `failures` only verified outcomes; `last_used` is UTC ISO
    8601 or empty; `saved_usd` sums what the replays would have cost (0 while unknown).
    """

    uses: int = 0
    successes: int = 0
    failures: int = 0
    score: int = BIRTH_SCORE
    last_used: str = ""
    saved_usd: Decimal = Decimal(0)

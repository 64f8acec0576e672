"""The safety floor in its simplest form: what stands between a trace and running without a model.

It says the same as the standard judge of trust, by another road, so that strategies are not tried against the code that
they will be used with. Source: specs/confidence/1, CF-010 to CF-021.
"""

from enum import StrEnum
from math import comb

from llmos_core.types.decision import MatchReport
from llmos_core.types.tools import Effect
from llmos_core.types.trace import Statistics, Trace, TraceState

SCORE_LINE = 90
"""A trace that has failed needs a score above this, in hundredths."""

_LEVEL = 0.05
_NEEDED = {
    Effect.IDEMPOTENT_WRITE: 0.50,
    Effect.REVERSIBLE_WRITE: 0.50,
    Effect.IRREVERSIBLE: 0.85,
    Effect.UNKNOWN: 0.85,
}


class Gap(StrEnum):
    """Why a match may not run without a model, the first reason counting. NONE: as far as the match tells, it may."""

    NONE = "nothing stands in its way"
    GUESS = "the goal is not proven to be the learned one"
    PERSON = "the trace waits for a person to look at it"
    FAILED = "the trace has failed and not yet made up for it"
    EFFECTS = "its effects need more evidence or an approval"


def gap_of(match: MatchReport, *, is_approved: bool = False) -> Gap:
    """Return what the match itself tells against replaying; `is_approved`: the user said yes to every final step."""
    trace, statistics = match.trace, match.statistics
    if trace is None or not match.is_proof:
        return Gap.GUESS
    if trace.state is not TraceState.LEARNED:
        return Gap.PERSON
    if statistics.failures and statistics.score <= SCORE_LINE:
        return Gap.FAILED
    return Gap.NONE if _has_evidence(trace, statistics, is_approved=is_approved) else Gap.EFFECTS


def is_bound_at_least(line: float, statistics: Statistics) -> bool:
    """Say whether the 5 % quantile of Beta(3 + successes, 1 + failures) is `line` or more, with 0 < line < 1."""
    a, n = 3 + statistics.successes, 3 + statistics.successes + statistics.failures
    share_below = sum(comb(n, k) * line**k * (1 - line) ** (n - k) for k in range(a, n + 1))
    return share_below <= _LEVEL


def _has_evidence(trace: Trace, statistics: Statistics, *, is_approved: bool) -> bool:
    for step in trace.steps:
        if step.effect.is_safe or is_bound_at_least(_NEEDED[step.effect], statistics):
            continue
        if step.effect.is_final and not is_approved:
            return False
        if not step.effect.is_final and statistics.failures:
            return False
    return True

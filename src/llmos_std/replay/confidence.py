"""How sure a trace's counters make us: a proven lower bound, beside the documented score of `types.trace`.

The bound is the 5 % quantile of Beta(3 + successes, 1 + failures), whose prior mean is the score at birth, 75 %.
Unchecked outcomes move neither. Source: specs/confidence/1.
"""

import math

from llmos_core.types.tools import Effect

LEVEL = 0.05

_PRIOR_SUCCESSES, _PRIOR_FAILURES = 3, 1
_LOWEST_BOUND = {
    Effect.PURE: 0.0,
    Effect.READ: 0.0,
    Effect.IDEMPOTENT_WRITE: 0.50,
    Effect.REVERSIBLE_WRITE: 0.50,
    Effect.IRREVERSIBLE: 0.85,
    Effect.UNKNOWN: 0.85,
}
_TINY = 1e-300
_CLOSE = 4e-16
_FRACTION_STEPS = 100_000
_ROOT_STEPS = 200


def needed_bound(effect: Effect) -> float:
    """Return the lower bound that a step of this effect needs before it may act unwatched (0 for reads)."""
    return _LOWEST_BOUND[effect]


def lower_bound(successes: int, failures: int, *, level: float = LEVEL) -> float:
    """Return the `level` quantile of Beta(3 + successes, 1 + failures).

    Both counts are ≥ 0 and `level` lies between 0 and 1; the result lies in (0, 1), rises with successes, falls with
    failures, and is right to 1e-9. With no failures it is level ** (1 / (3 + successes)).

    Raises ValueError for a negative count or a level outside (0, 1). Source: specs/confidence/1, CF-005 and CF-006.
    """
    if successes < 0 or failures < 0:
        raise ValueError(f"counts are {successes} and {failures}, expected 0 or more")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level}, expected a number between 0 and 1")
    a, b = _PRIOR_SUCCESSES + successes, _PRIOR_FAILURES + failures
    if b == 1:
        return float(level ** (1.0 / a))
    return _root(a, b, level)


def _root(a: int, b: int, level: float) -> float:
    """Solve share_below(x) = level for x: Newton's steps, kept inside a bracket that always holds the root."""
    low, high = 0.0, 1.0
    x = a / (a + b)
    for _ in range(_ROOT_STEPS):
        share, slope = _share_below(x, a, b)
        if share < level:
            low = x
        else:
            high = x
        step = x - (share - level) / slope if slope > 0.0 else -1.0
        following = step if low < step < high else (low + high) / 2.0
        if abs(following - x) <= _CLOSE * following:
            return following
        x = following
    return x


def _share_below(x: float, a: int, b: int) -> tuple[float, float]:
    """Return the distribution and the density of Beta(a, b) at 0 < x < 1."""
    log_density = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x)
    )
    density = math.exp(log_density)
    if x <= (a + 1) / (a + b + 2):
        return density * x * (1.0 - x) / a * _fraction(x, a, b), density
    return 1.0 - density * x * (1.0 - x) / b * _fraction(1.0 - x, b, a), density


def _fraction(x: float, a: int, b: int) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    numerator, denominator = 1.0, 1.0 - (a + b) * x / (a + 1)
    denominator = 1.0 / (denominator or _TINY)
    value = denominator
    for m in range(1, _FRACTION_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1.0 / ((1.0 + even * denominator) or _TINY)
        numerator = (1.0 + even / numerator) or _TINY
        value *= denominator * numerator
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        denominator = 1.0 / ((1.0 + odd * denominator) or _TINY)
        numerator = (1.0 + odd / numerator) or _TINY
        factor = denominator * numerator
        value *= factor
        if abs(factor - 1.0) < _CLOSE:
            break
    return value

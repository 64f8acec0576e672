"""The bound is the 5 % quantile of Beta(3 + s, 1 + f): shown by exact fractions and by integrating the density."""

import math
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.types.trace import score_after
from llmos_std.replay.confidence import lower_bound

LEVEL = Fraction(1, 20)
BILLIONTH = Fraction(1, 10**9)
few = st.integers(0, 40)
many = st.integers(0, 1_000_000)
outcomes = st.lists(st.sampled_from((True, False, None)), max_size=30)


def share_below(x: Fraction, a: int, b: int) -> Fraction:
    """Return the distribution of Beta(a, b) at x, exactly: the chance of at least a heads in a + b − 1 throws."""
    n = a + b - 1
    heads, tails = x.numerator, x.denominator - x.numerator
    ways = sum(math.comb(n, k) * heads**k * tails ** (n - k) for k in range(a, n + 1))
    return Fraction(ways, x.denominator**n)


def integrated(x: float, a: int, b: int, strips: int = 4000) -> float:
    """Return the distribution of Beta(a, b) at x by Simpson's rule over the density."""
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))
    step = x / strips
    weights = (1, *([4, 2] * (strips // 2))[:-1], 1)
    points = (i * step for i in range(strips + 1))
    return (
        scale
        * step
        / 3
        * math.fsum(w * t ** (a - 1) * (1 - t) ** (b - 1) for w, t in zip(weights, points, strict=True))
    )


@settings(deadline=None)
@given(few, few)
def test_exact_fractions_enclose_the_bound_within_a_billionth(successes: int, failures: int) -> None:
    bound = Fraction(lower_bound(successes, failures))
    below, above = (share_below(x, 3 + successes, 1 + failures) for x in (bound - BILLIONTH, bound + BILLIONTH))
    assert below < LEVEL < above


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 300), st.integers(0, 300))
def test_integrating_the_density_up_to_the_bound_gives_five_percent(successes: int, failures: int) -> None:
    assert math.isclose(integrated(lower_bound(successes, failures), 3 + successes, 1 + failures), 0.05, rel_tol=1e-6)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_one_more_success_raises_the_bound(successes: int, failures: int) -> None:
    assert lower_bound(successes + 1, failures) > lower_bound(successes, failures)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_one_more_failure_lowers_the_bound(successes: int, failures: int) -> None:
    assert lower_bound(successes, failures + 1) < lower_bound(successes, failures)


@settings(deadline=None)
@given(many, many)
def test_the_bound_lies_inside_the_unit_interval_and_below_the_mean(successes: int, failures: int) -> None:
    assert 0.0 < lower_bound(successes, failures) < (3 + successes) / (4 + successes + failures)


@settings(deadline=None)
@given(many, many, st.floats(0.001, 0.5), st.floats(0.001, 0.5))
def test_a_higher_level_gives_a_higher_bound(successes: int, failures: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert lower_bound(successes, failures, level=low) <= lower_bound(successes, failures, level=high) + 1e-12


def test_the_documented_gates_open_when_the_documents_say() -> None:
    assert lower_bound(1, 0) < 0.5 <= lower_bound(2, 0)
    assert lower_bound(15, 0) < 0.85 <= lower_bound(16, 0)


@given(outcomes)
def test_the_score_stays_in_its_range_and_unchecked_outcomes_change_nothing(history: list[bool | None]) -> None:
    score = checked = 75
    for verified in history:
        score = score_after(score, verified=verified)
        checked = checked if verified is None else score_after(checked, verified=verified)
        assert 0 <= score <= 100
    assert score == checked

"""Law: every public record has a Hypothesis strategy, and what it draws is valid and can be copied."""

import copy
import importlib
import pickle
import pkgutil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import llmos_core.contrib
import llmos_core.protocols
import llmos_core.types
from llmos_core.protocols.context import PluginContext
from llmos_core.testing.floor import Gap, gap_of, is_bound_at_least
from llmos_core.testing.records import RECORDS, mode_contexts, records
from llmos_core.types.decision import PROPOSAL_CAP, ModeContext
from llmos_core.types.record import Record, evolve
from llmos_core.types.trace import Statistics
from llmos_std.replay.confidence import lower_bound


def public_records() -> set[type[Record]]:
    """Return the record classes that are written in the modules of types, protocols and contrib."""
    packages = (llmos_core.types, llmos_core.protocols)
    names = [
        f"{package.__name__}.{found.name}" for package in packages for found in pkgutil.iter_modules(package.__path__)
    ]
    modules = [llmos_core.contrib, *(importlib.import_module(name) for name in names)]
    members = [(module, one) for module in modules for one in vars(module).values()]
    return {
        one
        for module, one in members
        if isinstance(one, type)
        and issubclass(one, Record)
        and one is not Record
        and one.__module__ == module.__name__
        and not one.__name__.startswith("_")
    }


def test_every_public_record_has_a_strategy() -> None:
    assert {kind.__name__ for kind in public_records()} - {kind.__name__ for kind in RECORDS} == set()


def test_no_strategy_is_for_something_else() -> None:
    assert {kind.__name__ for kind in RECORDS} - {kind.__name__ for kind in public_records()} == set()


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_what_is_drawn_is_a_record_of_that_kind_and_can_be_copied(kind: type[Record]) -> None:
    @settings(deadline=None, max_examples=10)
    @given(records(kind))
    def law(drawn: Any) -> None:
        assert type(drawn) is kind
        assert evolve(drawn) == drawn
        if kind is not PluginContext:
            assert copy.deepcopy(drawn) == drawn == pickle.loads(pickle.dumps(drawn))

    law()


@settings(deadline=None)
@given(mode_contexts())
def test_a_drawn_context_is_one_that_the_kernel_could_make(context: ModeContext) -> None:
    assert 0.0 <= context.confidence <= 1.0
    assert context.thresholds.mixed <= context.thresholds.follower
    assert context.match.trace is not None or context.confidence == 0.0
    assert context.is_replayable or context.confidence <= PROPOSAL_CAP
    if context.is_replayable:
        assert context.match.is_proof
        assert gap_of(context.match, is_approved=True) is Gap.NONE


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(0, 20), st.sampled_from((0.5, 0.85)))
def test_the_floor_knows_the_bound_of_the_standard_judge(successes: int, failures: int, line: float) -> None:
    counted = Statistics(uses=successes + failures, successes=successes, failures=failures)
    assert is_bound_at_least(line, counted) == (lower_bound(successes, failures) >= line)

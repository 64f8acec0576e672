"""Every pattern can be read, names only slots that exist, and binds all that its plan needs and nothing else."""

import inspect
from collections.abc import Iterator

import pytest

from llmos_std.providers.builtin.phrases import _Choice, _Hole, _parsed, _Parts
from llmos_std.providers.builtin.slots import SLOTS
from llmos_std.providers.builtin.steps import Plan
from llmos_std.providers.builtin.understanding import PLANS
from llmos_std.providers.builtin.words import CODE_ENDINGS, NUMBERS, SHORTHANDS

TOOLS = {"Read", "Write", "Edit", "Glob", "Grep", "Bash", "WebFetch", "Python"}
PATTERNS = [(plan, pattern) for plan in PLANS for pattern in plan.patterns]


def _holes(parts: _Parts) -> Iterator[_Hole]:
    for part in parts:
        if isinstance(part, _Hole):
            yield part
        elif isinstance(part, _Choice):
            for option in part.options:
                yield from _holes(option)


def _certain(parts: _Parts) -> set[str]:
    """Return the names that every way to match binds."""
    names: set[str] = set()
    for part in parts:
        if isinstance(part, _Hole):
            names.add(part.name)
        elif isinstance(part, _Choice):
            names |= set.intersection(*(_certain(option) for option in part.options))
    return names


def _name(value: object) -> str:
    return value.run.__name__ if isinstance(value, Plan) else ""


@pytest.mark.parametrize(("plan", "pattern"), PATTERNS, ids=_name)
def test_a_pattern_binds_what_its_plan_needs(plan: Plan, pattern: str) -> None:
    parameters = inspect.signature(plan.run).parameters
    needed = {name for name, parameter in parameters.items() if parameter.default is parameter.empty}
    parts = _parsed(pattern)
    assert {hole.name for hole in _holes(parts)} <= set(parameters)
    assert needed <= _certain(parts)
    assert {hole.slot for hole in _holes(parts)} <= set(SLOTS)


@pytest.mark.parametrize("plan", PLANS, ids=_name)
def test_a_plan_says_which_tools_it_may_call(plan: Plan) -> None:
    assert set(plan.tools) <= TOOLS
    assert plan.run.__doc__
    assert set(plan.about.split()) <= set(inspect.signature(plan.run).parameters)


def test_shorthands_can_be_read_and_are_used() -> None:
    used = " ".join(pattern for _plan, pattern in PATTERNS) + " ".join(SHORTHANDS.values())
    for name, meaning in SHORTHANDS.items():
        _parsed(meaning)
        assert f"@{name}" in used


def test_no_pattern_has_a_word_in_capitals() -> None:
    for _plan, pattern in PATTERNS:
        assert pattern == pattern.lower()


def test_lists_of_words_are_what_they_should_be() -> None:
    assert NUMBERS["twelve"] == 12
    assert all(ending.startswith(".") for ending in CODE_ENDINGS)

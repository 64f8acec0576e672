"""Law: what is done on a learned condition is what an independent interpreter of the goal does; else it is refused.

Each safeguard has a mutant without it that the law, or an example, finds out.
"""

import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.learning import branching, branching_runs, unsaid
from llmos_std.learning.branching import Branch, Split, split_of
from llmos_std.learning.branching_runs import watched
from llmos_std.learning.conditions import holds
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import Decision
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example
from worlds.gauges import NEVER, WORDINGS, Ask, drawn_ask, drawn_gauges, drawn_run, effects_of

SEEDS = range(int(os.environ.get("LLMOS_SEEDS", "120")))
ACTED, DID_NOTHING, WRONG, REFUSED = "acted", "did nothing", "wrong", "refused"


def known(random: Random, ask: Ask, count: int, *, is_mixed: bool = False) -> list[Run]:
    """Draw runs of the same kind of goal, or of any kind."""
    fixed = [{"kind": random.choice(list(WORDINGS))} if is_mixed and n % 2 else {} for n in range(count)]
    return [drawn_run(random, drawn_ask(random, ask, **one), drawn_gauges(random)) for one in fixed]


def changes(decision: Decision) -> list[tuple[str, dict[str, Any]]]:
    return [(call.tool, dict(call.arguments)) for call in decision.calls if not call.effect.is_safe]


def outcome(seed: int, *, is_mixed: bool = False, **fixed: Any) -> str:
    """Say what becomes of a goal in a world of its own, after some runs of its kind."""
    random = Random(seed)
    ask = drawn_ask(random, **fixed)
    runs = known(random, ask, random.randint(1, 9), is_mixed=is_mixed)
    goal, gauges = drawn_ask(random, ask), drawn_gauges(random)
    decision = Learned(runs).decide(goal.goal, gauges.look)
    right = effects_of(goal, gauges)
    if decision.would != "follow":
        return REFUSED
    return WRONG if changes(decision) != right else ACTED if right else DID_NOTHING


def outcomes(seeds: Any = SEEDS, **fixed: Any) -> Iterator[str]:
    return (outcome(seed, **fixed) for seed in seeds)


@pytest.mark.spec("RP-100")
@pytest.mark.parametrize("kind", ["any", "all", "growth", "two", "open"])
def test_whatever_is_done_on_a_condition_is_what_the_interpreter_does(kind):
    found = list(outcomes(kind=kind))
    assert found.count(WRONG) == 0
    assert found.count(ACTED) + found.count(DID_NOTHING) >= len(found) // 20  # refusing everything is right as well


@pytest.mark.spec("RP-100")
@settings(max_examples=40)
@given(st.integers(0, 2**32), st.sampled_from(sorted(WORDINGS)), st.booleans())
def test_no_drawn_condition_is_followed_wrongly(seed, kind, is_mixed):
    assert outcome(seed, kind=kind, is_mixed=is_mixed) != WRONG


@pytest.mark.spec("RP-102")
@pytest.mark.parametrize("kind", NEVER)
def test_a_condition_that_cannot_be_read_exactly_is_never_followed(kind):
    assert set(outcomes(range(25), kind=kind)) == {REFUSED}


def splits(runs: list[Run]) -> list[Split]:
    everyone = watched(map(Example, runs))
    found = (split_of(one, everyone) for one in everyone if one.is_acting)
    return [one for one in found if isinstance(one, Split)]


@pytest.mark.spec("RP-067")
@settings(max_examples=25)
@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_the_order_of_runs_changes_nothing(seed, shuffling):
    random = Random(seed)
    ask = drawn_ask(random)
    runs = known(random, ask, 6)
    goal, gauges = drawn_ask(random, ask).goal, drawn_gauges(random)
    shuffled = list(runs)
    shuffling.shuffle(shuffled)
    found = [Learned(one).decide(goal, gauges.look) for one in (runs, shuffled)]
    assert (found[0].would, found[0].calls, found[0].why) == (found[1].would, found[1].calls, found[1].why)


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_more_runs_never_enlarge_what_a_condition_may_mean(seed):
    random = Random(seed)
    ask = drawn_ask(random, kind=random.choice(["open", "two", "any"]))
    runs = known(random, ask, 7)
    more = {one.program.first.run.id: one.meanings for one in splits(runs)}
    for one in splits(runs[:4]):
        assert more.get(one.program.first.run.id, frozenset()) <= one.meanings


def test_not_reading_a_word_of_the_condition_is_found_out(monkeypatch):
    monkeypatch.setattr(branching, "accounts_for", lambda *_: True)
    monkeypatch.setattr(branching_runs, "accounts_for", lambda *_: True)
    assert WRONG in outcomes(kind="mondays")


def test_choosing_one_of_several_meanings_is_found_out(monkeypatch):
    monkeypatch.setattr(Branch, "decide", lambda self, outputs: holds(self.conditions[0], outputs))
    assert WRONG in outcomes(kind="open")


def test_keeping_the_number_of_the_recorded_goal_is_found_out(monkeypatch):
    def stale(anchor: Any, everyone: Any, goal: Any, clause: Any, alignment: Any) -> Any:
        return branched(anchor, everyone, goal, anchor.clause, alignment)

    branched = branching.branched
    monkeypatch.setattr("llmos_std.learning.deciding.branched", stale)
    assert WRONG in outcomes(kind="any")


GOAL = "If visits was more than {number} since {day}, make a line plot of it"
DATES = {"October 2": "2023-10-02", "October 4": "2023-10-04", "October 6": "2023-10-06", "October 9": "2023-10-09"}


def run(day: str, number: int, values: list[int], *, acts: bool, goal: str = GOAL, **more: Any) -> Run:
    """One run that looked at visits, and plotted them or did not."""
    arguments = {"since": DATES[day], **more}
    series = {f"2023-11-{place:02}": value for place, value in enumerate(values, 1)}
    plot = {"metric": "visits", "since": DATES[day]}
    look = LoggedCall(tool="count_visits", arguments=arguments, output=series, effect=Effect.READ)
    act = LoggedCall(tool="plot", arguments=plot, output="plotted", effect=Effect.REVERSIBLE_WRITE)
    return Run(goal=goal.format(day=day, number=number), calls=(look, *([act] if acts else [])))


def decided(runs: list[Run], values: list[int], *, number: int = 10, goal: str = GOAL, **more: Any) -> str:
    """Say what becomes of the same goal about October 9, when these values are found."""
    series: Any = {f"2023-11-{place:02}": value for place, value in enumerate(values, 1)}
    asked = goal.format(day="October 9", number=number)
    decision = Learned(runs).decide(asked, lambda *_: more.get("found", series))
    if decision.would != "follow":
        return REFUSED
    return ACTED if changes(decision) else DID_NOTHING


SO = [run("October 2", 10, [20, 5, 20], acts=True), run("October 4", 10, [30, 6, 30], acts=True)]
NOT_SO = run("October 6", 10, [3, 2, 4], acts=False)


@pytest.mark.spec("RP-101")
def test_one_lucky_run_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last reading decides here; one run looked at too short a time and did rightly nothing."""
    lucky = run("October 6", 10, [1, 2, 20], acts=False, until="2023-11-03")
    assert decided([*SO, lucky], [30, 20, 5]) == REFUSED
    monkeypatch.setattr(branching, "_LUCKY", 0)
    assert decided([*SO, lucky], [30, 20, 5]) == ACTED


@pytest.mark.spec("RP-103")
def test_nothing_is_done_only_after_a_run_that_did_nothing_for_it() -> None:
    assert decided(SO, [1, 2, 3]) == REFUSED
    assert decided([*SO, NOT_SO], [1, 2, 3]) == DID_NOTHING


@pytest.mark.spec("RP-103")
@pytest.mark.parametrize("found", [{}, [], "", "No visits found.", None, {"2023-11-01": None}, {"a": 1, "b": 2}])
def test_what_finds_nothing_or_no_numbers_decides_nothing(found: Any) -> None:
    assert decided([*SO, NOT_SO], [], found=found) == REFUSED


@pytest.mark.spec("RP-103")
def test_growth_counts_only_after_both_outcomes() -> None:
    goal = "If visits grew by more than {number} % since {day}, make a line plot of it"
    grown = [run(day, 10, values, acts=True, goal=goal) for day, values in _GROWN.items()]
    shrunk = run("October 6", 10, [9, 30, 9], acts=False, goal=goal)
    assert decided(grown, [10, 2, 30], goal=goal) == REFUSED
    assert decided([*grown, shrunk], [10, 2, 30], goal=goal) == ACTED
    assert decided([*grown, shrunk], [10, 60, 10], goal=goal) == DID_NOTHING


_GROWN = {"October 2": [10, 5, 20], "October 4": [10, 6, 40]}


@pytest.mark.spec("RP-104")
def test_a_run_that_tried_in_vain_or_looked_otherwise_is_no_evidence_that_it_was_not_so() -> None:
    act = LoggedCall(tool="plot", arguments={}, output="no", effect=Effect.REVERSIBLE_WRITE, is_ok=False)
    in_vain = Run(goal=NOT_SO.goal, calls=(*NOT_SO.calls, act))
    other_day = Run(goal=NOT_SO.goal.replace("October 6", "October 4"), calls=NOT_SO.calls)
    look = LoggedCall(tool="count_users", arguments={"since": "2023-10-06"}, output={}, effect=Effect.READ)
    aside = Run(goal=NOT_SO.goal, calls=(*NOT_SO.calls, look))
    for one in (in_vain, other_day, aside):
        assert decided([*SO, one], [1, 2, 3]) == REFUSED


@pytest.mark.spec("RP-101")
def test_a_run_that_acted_although_it_was_not_so_stands_against_everything_it_contradicts() -> None:
    careless = run("October 6", 10, [1, 2, 3], acts=True)
    assert decided([*SO, NOT_SO, careless], [20, 20, 20]) == REFUSED


@pytest.mark.spec("RP-105")
def test_where_one_run_has_acted_nothing_is_begun() -> None:
    one_acted = [SO[0], NOT_SO]
    assert decided(one_acted, [1, 2, 3]) == REFUSED
    assert decided(one_acted, [20, 20, 20]) == REFUSED


def test_a_second_look_that_nothing_accounts_for_may_have_decided() -> None:
    weather = LoggedCall(tool="weather", arguments={}, output={"rain": 0}, effect=Effect.READ)
    runs = [Run(goal=one.goal, calls=(one.calls[0], weather, *one.calls[1:])) for one in (*SO, NOT_SO)]
    assert decided(runs, [20, 20, 20]) == REFUSED


def test_a_number_that_may_have_gone_into_a_value_decides_nothing() -> None:
    plots = [LoggedCall(tool="plot", arguments={"n": 10}, output="", effect=Effect.REVERSIBLE_WRITE) for _ in SO]
    runs = [Run(goal=one.goal, calls=(one.calls[0], plot)) for one, plot in zip(SO, plots, strict=True)]
    assert decided([*runs, NOT_SO], [20, 20, 20]) == REFUSED


def styled(one: Run, style: str) -> Run:
    """Return a run whose last call has one more argument, of which its goal says nothing."""
    act = evolve(one.calls[-1], arguments={**one.calls[-1].arguments, "style": style})
    return Run(goal=one.goal, calls=(*one.calls[:-1], act))


@pytest.mark.spec("RP-097")
def test_what_nobody_said_and_another_run_had_otherwise_is_not_known_on_a_condition_either(monkeypatch: Any) -> None:
    plain = [styled(one, "thin") for one in SO]
    elsewhere = "If visits was more than {number} since {day}, please draw us a line plot of it"
    other = run("October 6", 10, [20, 6, 30], acts=True, goal=elsewhere)
    assert decided([*plain, styled(other, "thin")], [30, 20, 30]) == ACTED
    assert decided([*plain, styled(other, "bold")], [30, 20, 30]) == REFUSED
    monkeypatch.setattr(unsaid, "contradicted", lambda *_: "")
    assert decided([*plain, styled(other, "bold")], [30, 20, 30]) == ACTED


@pytest.mark.spec("RP-120")
def test_dates_of_unknown_days_prove_nothing_on_a_condition_either(monkeypatch: Any) -> None:
    dated = [styled(one, "2023-10-20") for one in SO]
    moved = Run(goal="how were visits since October 2", calls=(evolve(SO[0].calls[0], output={"2023-11-01": 1}),))
    assert decided(dated, [30, 20, 30]) == ACTED
    assert decided([*dated, moved], [30, 20, 30]) == REFUSED
    monkeypatch.setattr(unsaid, "unsteady", lambda *_: "")
    assert decided([*dated, moved], [30, 20, 30]) == ACTED

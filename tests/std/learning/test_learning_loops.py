"""Laws of loops: a call for each item that is meant, however many; none at all only where a run has shown that."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import UNSEEN, Decision
from llmos_std.learning.looping import Each
from llmos_std.learning.runs import LoggedCall, Run

NAMES = ("ada", "bob", "cleo", "dora", "emil", "fritz")
GOAL = "close all tickets of {name}"
STATES = ("new", "open", "done")


def tickets(random: Random, name: str, count: int) -> list[dict[str, Any]]:
    numbers = random.sample(range(1_000, 9_999), count)
    return [{"id": f"t-{n}", "owner": name, "state": random.choice(STATES), "size": n % 7} for n in numbers]


def closing(name: str, rows: list[dict[str, Any]], meant: Any, *, effect: Effect = Effect.REVERSIBLE_WRITE) -> Run:
    """One run: look for the tickets of somebody, and close those that are meant."""
    look = LoggedCall(tool="tickets", arguments={"owner": name}, output=rows, effect=Effect.READ)
    done = [
        LoggedCall(tool="close", arguments={"id": row["id"], "why": "asked"}, output="ok", effect=effect)
        for row in rows
        if meant(row)
    ]
    return Run(goal=GOAL.format(name=name), calls=(look, *done))


def every(_row: Any) -> bool:
    return True


def opened(row: Any) -> bool:
    return bool(row["state"] == "open")


def decide(runs: list[Run], name: str, rows: Any) -> Decision:
    def look(tool: str, arguments: Any) -> Any:
        return rows if (tool, dict(arguments)) == ("tickets", {"owner": name}) else UNSEEN

    return Learned(runs).decide(GOAL.format(name=name), look)


def closed(decision: Decision) -> list[str] | None:
    """Return which tickets would be closed, None when it is not followed."""
    if decision.would != "follow":
        return None
    assert all(call.arguments["why"] == "asked" for call in decision.calls[1:])
    return sorted(str(call.arguments["id"]) for call in decision.calls[1:])


def drawn(seed: int, meant: Any, *counts: int) -> list[Run]:
    random = Random(seed)
    return [closing(name, tickets(random, name, count), meant) for name, count in zip(NAMES, counts, strict=False)]


@pytest.mark.spec("RP-082")
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_as_many_calls_are_made_as_there_are_items(seed, count):
    rows = tickets(Random(seed + 1), "fritz", count)
    decision = decide(drawn(seed, every, 3, 5, 2, 4), "fritz", rows)
    assert closed(decision) in (None, sorted(row["id"] for row in rows))


def test_it_is_followed_where_nothing_else_fits():
    rows = tickets(Random(7), "fritz", 6)
    assert closed(decide(drawn(3, every, 3, 7, 2, 4), "fritz", rows)) == sorted(row["id"] for row in rows)


@pytest.mark.spec("RP-082")
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_only_items_that_are_meant_are_taken(seed, count):
    rows = tickets(Random(seed + 1), "fritz", count)
    runs = [run for run in drawn(seed, opened, 6, 5, 7, 6) if len(run.calls) > 1]
    found = closed(decide(runs, "fritz", rows))
    assert found in (None, sorted(row["id"] for row in rows if opened(row)))


@pytest.mark.spec("RP-082")
@pytest.mark.parametrize("rows", [[], "No tickets found."])
def test_nothing_to_do_is_done_only_after_a_run_has_shown_it(rows):
    acting = drawn(3, every, 3, 5, 2, 4)
    assert closed(decide(acting, "fritz", rows)) is None
    shown = [*acting, closing("emil", rows, lambda _row: False)]
    assert closed(decide(shown, "fritz", rows)) == []


@pytest.mark.spec("RP-082")
def test_a_run_that_did_nothing_with_something_to_do_stands_against_it():
    lazy = closing("emil", tickets(Random(5), "emil", 3), lambda _row: False)
    rows = tickets(Random(7), "fritz", 4)
    assert closed(decide([*drawn(3, every, 3, 5, 2, 4), lazy], "fritz", rows)) is None


def test_few_items_do_not_tell_which_are_meant():
    assert closed(decide(drawn(3, every, 2, 1), "fritz", tickets(Random(7), "fritz", 4))) is None


def test_what_cannot_be_undone_needs_four_runs():
    random = Random(3)
    runs = [closing(n, tickets(random, n, 6), every, effect=Effect.IRREVERSIBLE) for n in NAMES[:4]]
    rows = tickets(random, "fritz", 3)
    assert closed(decide(runs[:3], "fritz", rows)) is None
    assert closed(decide(runs, "fritz", rows)) == sorted(row["id"] for row in rows)


def test_a_goal_about_one_thing_never_loops():
    runs = [
        Run(goal=run.goal.replace("all tickets", "the ticket"), calls=run.calls) for run in drawn(3, every, 3, 5, 2)
    ]
    decision = Learned(runs).decide("close the ticket of fritz", lambda *_: tickets(Random(7), "fritz", 4))
    assert decision.would != "follow"


@given(st.integers(0, 2**32), st.permutations(range(4)))
def test_the_order_of_runs_does_not_matter(seed, order):
    runs, rows = drawn(seed, opened, 6, 5, 7, 6), tickets(Random(seed + 1), "fritz", 5)
    assert closed(decide(runs, "fritz", rows)) == closed(decide([runs[n] for n in order], "fritz", rows))


def test_a_loop_that_takes_every_item_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Each, "items", lambda self, outputs, *_: list(outputs[self.shape.step]))
    monkeypatch.setattr("llmos_std.learning.deciding.gives_back", lambda *_: "")
    rows = [
        {"id": "t-1", "owner": "fritz", "state": "open", "size": 1},
        {"id": "t-2", "owner": "fritz", "state": "done", "size": 2},
    ]
    runs = [run for run in drawn(11, opened, 6, 5, 7, 6) if len(run.calls) > 1]
    assert closed(decide(runs, "fritz", rows)) == ["t-1", "t-2"]

"""Law: "the next meeting" is the one that a calendar with all its meetings and a real clock says, or nothing is done.

The learner sees lists that are cut after five meetings and knows the day at most; the calendar judges. Each safeguard
has a mutant without it that some calendar finds out.
"""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import UsageError
from llmos_core.types.tools import Effect
from llmos_std.compiling.slots import _explanation
from llmos_std.learning import coming
from llmos_std.learning.coming import bounds_of_day, next_item, next_picks
from llmos_std.learning.deciding import Learned
from llmos_std.learning.runs import LoggedCall, Run
from worlds.kernel import Absent, World
from worlds.programs import model_of
from worlds.shelf import Shelf, ShelfTool

SEEDS = range(150)
START = datetime(2024, 3, 1)  # noqa: DTZ001
NAMES = ("Budget", "Roadmap", "Retro", "Sales", "Hiring", "Design", "Safety")
GOAL = "cancel the next {name} meeting"
RIGHT, WRONG, REFUSED = "right", "wrong", "refused"


class Calendar(NamedTuple):
    """All meetings, and the order in which a search lists them; it lists five."""

    meetings: list[dict[str, str]]
    is_sorted: bool

    def search(self, query: str, day: str = "") -> list[dict[str, str]]:
        found = [one for one in self.meetings if one["name"] == query and one["start"].startswith(day)]
        return sorted(found, key=lambda one: one["start" if self.is_sorted else "id"])[:5]

    def next_of(self, name: str, now: datetime) -> str:
        """Return the truth, "" when no such meeting is to come."""
        ahead = sorted((one["start"], one["id"]) for one in self.meetings if one["name"] == name)
        return next((key for start, key in ahead if datetime.fromisoformat(start) > now), "")


def drawn_calendar(random: Random, *, is_sorted: bool) -> Calendar:
    keys = random.sample(range(1_000, 9_999), 80)
    meetings = []
    for name in NAMES:
        for _ in range(random.randint(1, 9)):
            start = START + timedelta(days=random.randint(0, 90), hours=random.randint(8, 18))
            meetings.append({"id": str(keys.pop()), "name": name, "start": start.isoformat(" ")})
    return Calendar(meetings, is_sorted)


def cancelled(calendar: Calendar, name: str, now: datetime, *, is_of_day: bool, is_narrow: bool) -> Run | None:
    """Return a run that found and cancelled the right meeting; None where nobody could have seen which it is."""
    chosen = calendar.next_of(name, now)
    start = next((one["start"] for one in calendar.meetings if one["id"] == chosen), "")
    query = {"query": name, **({"day": start[:10]} if is_narrow else {})}
    listed = calendar.search(**query)
    if chosen not in {one["id"] for one in listed}:
        return None
    calls = (
        LoggedCall(tool="search", arguments=query, output=listed, effect=Effect.READ),
        LoggedCall(tool="cancel", arguments={"id": chosen}, output="ok", effect=Effect.REVERSIBLE_WRITE),
    )
    return Run(goal=GOAL.format(name=name), calls=calls, today=now.date().isoformat() if is_of_day else "")


def outcome(seed: int, *, is_sorted: bool = True, is_of_day: bool = True, narrow: float = 0.2) -> str:
    random = Random(seed)
    calendar = drawn_calendar(random, is_sorted=is_sorted)
    now = START + timedelta(days=random.randint(10, 80), minutes=random.randint(0, 1_439))
    *known, wanted = random.sample(NAMES, random.randint(3, 7))
    runs = []
    for name in known:
        then = now - timedelta(days=random.randint(0, 9)) if is_of_day else now
        runs.append(cancelled(calendar, name, then, is_of_day=is_of_day, is_narrow=random.random() < narrow))
    learned = Learned(run for run in runs if run is not None)
    today = now.date().isoformat() if is_of_day else ""
    decision = learned.decide(
        GOAL.format(name=wanted), lambda _tool, arguments: calendar.search(**dict(arguments)), today=today
    )
    if decision.would != "follow":
        return REFUSED
    return RIGHT if decision.calls[-1].arguments["id"] == calendar.next_of(wanted, now) else WRONG


def outcomes(count: int, **fixed: Any) -> list[str]:
    return [outcome(seed, **fixed) for seed in range(count)]


@pytest.mark.spec("RP-093")
@given(st.integers(0, 2**32), st.booleans())
def test_whatever_is_cancelled_is_the_next_one(seed, is_of_day):
    assert outcome(seed, is_of_day=is_of_day) != WRONG


@pytest.mark.parametrize("is_of_day", [True, False])
def test_many_meetings_are_found_and_none_wrongly(is_of_day):
    found = outcomes(len(SEEDS), is_of_day=is_of_day)
    assert found.count(WRONG) == 0
    assert found.count(RIGHT) >= len(found) // 20
    assert WRONG not in outcomes(len(SEEDS), is_sorted=False, is_of_day=is_of_day)


def test_taking_what_may_be_over_for_what_comes_is_found_out(monkeypatch):
    def hasty(items: Any, name: str, bounds: Any = None) -> Any:
        times = coming.times_of(items, name)
        ahead = [n for n, time in enumerate(times or []) if bounds is not None and time > bounds[0]]
        return items[ahead[0]] if ahead else None

    monkeypatch.setattr("llmos_std.learning.picking.next_item", hasty)
    monkeypatch.setattr(coming, "next_item", hasty)
    assert WRONG in (outcome(seed) for seed in range(300))


def test_trusting_a_list_in_any_order_is_found_out(monkeypatch):
    def loose(items: Any, name: str, bounds: Any = ("", "~")) -> Any:
        found = sorted(items, key=lambda one: one[name]) if items and name in items[0] else []
        return next_item(found, name, bounds)

    monkeypatch.setattr("llmos_std.learning.picking.next_item", loose)
    monkeypatch.setattr(
        "llmos_std.learning.picking.next_of", lambda items, by, _label, _text, *more: loose(items, by, *more)
    )
    monkeypatch.setattr(coming, "_is_in_order", lambda *_: True)
    assert WRONG in (outcome(seed, is_sorted=False) for seed in range(600))


ITEMS = [{"id": str(n), "at": f"2024-03-{n:02} 10:00"} for n in (1, 4, 12, 20)]


@pytest.mark.spec("RP-093")
@pytest.mark.parametrize(
    ("today", "found"), [("2024-03-08", "12"), ("2024-03-15", "20"), ("2024-03-11", None), ("2024-03-13", None)]
)
def test_within_a_day_of_today_nothing_is_sure(today, found):
    bounds = bounds_of_day(today)
    assert bounds is not None
    item = next_item(ITEMS, "at", bounds)
    assert (item and item["id"]) == found


@pytest.mark.spec("RP-093")
def test_a_run_that_took_what_is_surely_not_the_next_explains_nothing():
    assert list(next_picks(ITEMS, 2, "2024-03-08")) == [("next", "at")]
    assert list(next_picks(ITEMS, 3, "2024-03-08")) == []
    assert list(next_picks(ITEMS, 0, "2024-03-08")) == []
    assert list(next_picks([*ITEMS, *ITEMS], 2, "2024-03-08")) == []


THEN = datetime(2024, 3, 8)  # noqa: DTZ001
DAYS = {**dict.fromkeys(("Budget", "Retro", "Roadmap", "Design"), (1, 4, 12, 20)), "Sales": (20,), "Hiring": (9, 20)}
BOARD = Calendar(
    [
        {"name": name, "start": f"2024-03-{day:02} 10:00", "id": f"{number}{day}"}
        for number, (name, days) in enumerate(DAYS.items(), 7)
        for day in days
    ],
    is_sorted=True,
)


def taken(name: str, *, is_of_day: bool = True, is_narrow: bool = False) -> Any:
    return cancelled(BOARD, name, THEN, is_of_day=is_of_day, is_narrow=is_narrow)


def id_of(known: list[Any], name: str) -> Any:
    decision = Learned(known).decide(
        GOAL.format(name=name), lambda _tool, query: BOARD.search(**query), today=THEN.date().isoformat()
    )
    return decision.calls[-1].arguments["id"] if decision.would == "follow" else None


@pytest.mark.spec("RP-093")
def test_a_day_that_is_known_and_one_that_is_not_are_not_compared():
    known = [taken("Budget"), taken("Retro")]
    assert id_of(known, "Design") == "1012"
    assert id_of([*known, taken("Roadmap", is_of_day=False)], "Design") is None


@pytest.mark.spec("RP-093")
def test_a_look_that_one_run_made_may_have_been_too_narrow(monkeypatch):
    known = [taken("Budget"), taken("Retro"), taken("Roadmap"), taken("Sales", is_narrow=True)]
    assert id_of(known, "Hiring") is None
    monkeypatch.setattr(coming, "_FEWEST", 1)
    assert id_of(known, "Hiring") == "1220"  # though there is one on the ninth


@pytest.mark.spec("RP-093")
def test_in_whole_runs_the_next_note_is_the_one_after_today(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    day = world.clock.now().date()
    lists = {
        colour: [{"note": f"n{len(colour)}x{n % 50}", "at": (day + timedelta(days=n)).isoformat()} for n in days]
        for colour, days in (
            ("red", (-9, -6, -4, 3)),
            ("blue", (-3, 5, 8, 9)),
            ("green", (-7, -6, -5, 4, 6)),
            ("violet", (-7, 1, 4)),
        )
    }
    tools = world.shelf.tools
    extra = ShelfTool(world.shelf, "List", Effect.READ, ("colour",), lambda _shelf, colour: lists[colour])
    extra.probe = lambda _arguments, _context: None  # type: ignore[method-assign]
    world.shelf.tools = lambda: [*tools(), extra]  # type: ignore[method-assign]
    for colour, note in (("red", "n3x3"), ("blue", "n4x5")):
        model = model_of([("List", {"colour": colour}), ("Put", {"name": note, "text": "seen"})])
        assert world.run(f"mark the next note in {colour}", model, mode="LEARNER").status == "succeeded"
    world.shelf.log.clear()
    assert world.run("mark the next note in green", Absent()).status == "succeeded"
    assert world.shelf.log[-1] == ("Put", {"name": "n5x4", "text": "seen"})
    world.shelf.log.clear()
    assert world.run("mark the next note in violet", Absent()).status != "succeeded"
    assert world.shelf.log == [("List", {"colour": "violet"})]


def test_code_that_cannot_say_what_comes_next_is_not_written():
    with pytest.raises(UsageError, match="no form in code"):
        _explanation(("out", 0, (), ("next", "at"), ("id",)), [])

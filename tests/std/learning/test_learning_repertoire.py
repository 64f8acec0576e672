"""Laws: the look that a goal names is made in place of the one that another goal named, where that is sure.

A world of figures by name; what ought to happen is read off the goal by an oracle of five lines.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.learning import nominating
from llmos_std.learning.cues import condition_in
from llmos_std.learning.deciding import Learned
from llmos_std.learning.filling import is_grounded, request_for
from llmos_std.learning.proposing import MOST_HOLES
from llmos_std.learning.repertoire import words_of
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example
from llmos_std.learning.wording import Goal
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import World
from worlds.programs import model_of
from worlds.shelf import ShelfTool

FIGURES = ("orders", "returns", "visits", "signups")
GOAL = "if the {figure} of {shop} were more than {size} at any time, raise an alarm for {shop}"
DO = Effect.REVERSIBLE_WRITE
PAGES = st.dictionaries(st.sampled_from(FIGURES), st.lists(st.integers(0, 20), min_size=1, max_size=3), min_size=4)


def looked(figure: str, shop: str, *, output: Any = (1, 2), effect: Effect = Effect.READ) -> LoggedCall:
    found = list(output) if isinstance(output, tuple) else output
    return LoggedCall(tool=f"count_{figure}", arguments={"shop": shop}, output=found, effect=effect)


def alarmed(figure: str, shop: str) -> Run:
    raised = LoggedCall(tool="alarm", arguments={"shop": shop}, output="ok", effect=DO)
    return Run(goal=GOAL.format(figure=figure, shop=shop, size=3), calls=(looked(figure, shop), raised))


def told(figure: str, shop: str, **more: Any) -> Run:
    return Run(goal=f"tell me about the {figure} of {shop}", calls=(looked(figure, shop, **more),))


def done(runs: list[Run], figure: str, size: int, shelf: dict[str, list[int]]) -> list[str] | None:
    """Let a small call that takes the first program and fills it in blindly decide; None when there is no program."""
    proposals = Learned(runs).proposals(GOAL.format(figure=figure, shop="lima", size=size))
    if not proposals:
        return None
    holes = {hole.name: "lima" for hole in proposals[0].holes if hole.kind == "value"}
    condition = {"look": "look#1", "quantity": "any", "operator": ">", "than": size}
    decision = proposals[0].completed(
        holes | {"condition": condition}, lambda tool, _arguments: shelf[tool.removeprefix("count_")]
    )
    return [call.tool for call in decision.calls] if decision.would == "follow" else None


def ought(figure: str, size: int, shelf: dict[str, list[int]]) -> list[str]:
    is_met = any(number > size for number in shelf[figure])
    return [f"count_{figure}", *(["alarm"] if is_met else [])]


@pytest.mark.spec("RP-112")
@given(st.sampled_from(FIGURES), st.integers(0, 20), PAGES)
def test_the_look_that_the_goal_names_decides_whatever_was_looked_at_before(figure, size, shelf):
    runs = [alarmed("orders", "oslo"), *(told(one, "bern") for one in FIGURES)]
    assert done(runs, figure, size, shelf) == ought(figure, size, shelf)


def test_keeping_the_look_of_another_goal_is_found_out(monkeypatch):
    monkeypatch.setattr(nominating, "exchanged", lambda program, _goal, _looks: program)
    shelf = {"orders": [9], "returns": [1]}
    found = done([alarmed("orders", "oslo"), told("returns", "bern")], "returns", 5, shelf)
    assert found != ought("returns", 5, shelf)


@pytest.mark.spec("RP-112")
@pytest.mark.parametrize(
    "other",
    [
        told("returns", "bern", output="many"),
        told("returns", "bern", effect=DO),
        Run(goal="tell me", calls=(LoggedCall(tool="count_returns", arguments={}, output=[1], effect=Effect.READ),)),
    ],
)
def test_a_tool_that_returns_takes_or_does_something_else_stands_in_for_none(other):
    (proposal,) = Learned([alarmed("orders", "oslo"), other]).proposals(GOAL.format(figure="returns", shop="x", size=1))
    assert [tool for tool, _ in proposal.outline()] == ["count_orders", "alarm"]


@pytest.mark.spec("RP-112")
def test_a_look_whose_output_goes_into_a_call_is_never_exchanged():
    def closed(figure: str, shop: str, code: str) -> Run:
        look = looked(figure, shop, output=[{"code": code}])
        close = LoggedCall(tool="close", arguments={"code": code}, output="ok", effect=DO)
        return Run(goal=f"close the {figure} of the shop {shop}", calls=(look, close))

    runs = [closed("orders", "oslo", "A-773"), told("returns", "bern", output=[{"code": "B-1"}])]
    tools = {tool for one in Learned(runs).proposals("close the returns of the shop lima") for tool, _ in one.outline()}
    assert tools <= {"count_orders", "close"}


@pytest.mark.spec("RP-111")
@given(st.lists(st.sampled_from(["ral_red", "ral_blue"]), min_size=4, max_size=8))
def test_what_runs_use_again_and_again_is_a_word_and_what_each_uses_once_is_none(colours):
    runs = []
    for number, colour in enumerate(colours):
        arguments = {"colour": colour, "code": f"C-{number}"}
        paint = LoggedCall(tool="paint", arguments=arguments, output="ok", effect=DO)
        runs.append(Run(goal=f"paint number {number}", calls=(paint,)))
    words = words_of(map(Example, runs))
    assert {json.loads(one) for one in words["paint", ("colour",)]} == set(colours)
    assert ("paint", ("code",)) not in words


@pytest.mark.spec("RP-111")
def test_a_word_is_believed_where_its_own_argument_is_open_and_nowhere_else():
    def charted(goal: str, column: str, note: str) -> Run:
        arguments = {"column": column, "note": note}
        return Run(goal=goal, calls=(LoggedCall(tool="draw", arguments=arguments, output="ok", effect=DO),))

    runs = [charted(f"draw the visits with the note n{number}", "visits", f"n{number}") for number in range(2)]
    runs += [charted(f"{verb} what baskets were worth", "cart_total", "of baskets") for verb in ("plot", "show")]
    proposals = Learned(runs).proposals("please draw the orders with a note n7")
    column = next(hole for one in proposals for hole in one.holes if hole.name.startswith("column"))
    note = next(hole for one in proposals for hole in one.holes if hole.name.startswith("note"))
    goal = Goal("please draw the orders with a note n7")
    assert is_grounded("cart_total", column, goal)
    assert not is_grounded("cart_total", note, goal)
    assert not is_grounded("basket", column, goal)


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("Quinn has moved to Rome. Can you update that?", False),
        ("We have a new shop in Rome. Add it to the list", False),
        ("We have a new shop in Rome, add it", True),
        ("Once Quinn has paid, delete the bill", True),
        ("Once Quinn pays delete the bill", True),
        ("As soon as Quinn pays delete the bill", True),
        ("Provided Quinn pays delete the bill", True),
        ("Has Quinn moved to Rome? Update that", True),
        ("Quinn has moved? then update that", True),
        ("Quinn has no shop left, delete her", True),
        ("Delete everybody who has moved", True),
        ("Delete the shops that no longer have orders.", True),
        ("If Quinn has moved update that", True),
    ],
)
def test_what_is_said_as_a_fact_is_no_condition(goal, expected):
    assert bool(condition_in(goal)) is expected


@pytest.mark.spec("RP-115")
def test_a_day_that_another_wording_looked_at_is_open_and_never_taken_over():
    look = LoggedCall(tool="count_orders", arguments={"since": "2024-05-13"}, output=[1, 9], effect=Effect.READ)
    raised = LoggedCall(tool="alarm", arguments={"text": "high"}, output="ok", effect=DO)
    goal = "raise the alarm if the orders since {day} were more than {size} at any time"
    run = Run(goal=goal.format(day="Monday", size=3), calls=(look, raised))
    (proposal,) = Learned([run]).proposals("please " + goal.format(day="Sunday", size=5) + ", as ever")
    assert proposal.outline()[0] == ("count_orders", {"since": {"hole": "since"}})
    (hole,) = (one for one in proposal.holes if one.kind == "value")
    assert not is_grounded("2024-05-12", hole, proposal.goal)  # nobody knows which Sunday
    assert is_grounded("2024-05-12", hole, proposal.goal, today="2024-05-15")
    assert not is_grounded("2024-05-11", hole, proposal.goal, today="2024-05-15")


@pytest.mark.spec("RP-111")
def test_a_date_as_far_from_today_as_it_was_from_the_day_of_every_run_is_believed():
    def reported(day: str, end: str, shop: str) -> Run:
        arguments = {"shop": shop, "until": end}
        return Run(
            goal=f"make the weekly report on sales of {shop}",
            calls=(LoggedCall(tool="report", arguments=arguments, output="ok", effect=DO),),
            today=day,
        )

    runs = [reported("2024-05-13", "2024-05-20", "oslo"), reported("2024-05-15", "2024-05-22", "lima")]
    (proposal,) = Learned(runs).proposals("weekly report on sales, make one for rome", today="2024-06-01")
    hole = next(one for one in proposal.holes if one.name == "until")
    assert hole.days == (7,)
    assert is_grounded("2024-06-08", hole, proposal.goal, today="2024-06-01")
    assert not is_grounded("2024-06-07", hole, proposal.goal, today="2024-06-01")
    assert not is_grounded("2024-06-08", hole, proposal.goal)
    assert json.loads(request_for([proposal], today="2024-06-01").messages[-1].text)["names"]["until"] == ["today+7"]
    assert json.loads(request_for([proposal]).messages[-1].text)["names"]["until"] == ["2024-05-20", "2024-05-22"]
    (alone,) = Learned(runs[:1]).proposals("weekly report on sales, make one for rome", today="2024-06-01")
    shown = json.loads(request_for([alone], today="2024-06-01").messages[-1].text)["names"]["until"]
    assert shown == ["today+7", "2024-05-20"], "one run does not tell which"


class Filler(ScriptedProvider):
    """A model that fills every hole with one name, says one condition, and is not to be asked anything else."""

    def __init__(self, name: str, condition: Any, then: Any = None) -> None:
        super().__init__([])
        self._name, self._condition, self._then = name, condition, then

    def complete(self, request: Any, on_text: Any) -> Any:
        if request.purpose != "fill":
            assert self._then is not None, "the goal was given to the model"
            return self._then.complete(request, on_text)
        names = json.loads(request.messages[-1].text)["names"]
        text = json.dumps({"program": 1, "values": dict.fromkeys(names, self._name), "condition": self._condition})
        return model_of([], answer=text).complete(request, on_text)


def shop_world(folder: Path) -> World:
    """Learn an alarm decided by orders, and a look at returns."""
    world = World(folder)
    tools, figures = world.shelf.tools, {"orders": {"alpha": 9, "beta": 1}, "returns": {"alpha": 1, "beta": 8}}
    extra = [
        ShelfTool(world.shelf, f"Count{one.title()}", Effect.READ, ("shop",), _counting(figures[one]))
        for one in figures
    ]
    world.shelf.tools = lambda: [*tools(), *extra]  # type: ignore[method-assign]
    learned = [
        ("if the orders of alpha were more than 3 say so", "CountOrders", True),
        ("tell me about the returns of alpha", "CountReturns", False),
    ]
    for goal, tool, is_posted in learned:
        calls = [(tool, {"shop": "alpha"}), *([("Put", {"name": "verdict", "text": "on"})] if is_posted else [])]
        assert world.run(goal, model_of(calls), mode="LEARNER").status == "succeeded"
    world.shelf.notes.pop("verdict")
    world.shelf.log.clear()
    return world


def _counting(of_shop: dict[str, int]) -> Any:
    return lambda _shelf, shop: {"count": of_shop[shop]}


@pytest.mark.spec("RP-112", "RP-113")
@pytest.mark.parametrize(("shop", "is_met"), [("beta", True), ("alpha", False)])
def test_a_run_looks_with_the_tool_that_the_goal_names(tmp_path: Path, shop: str, is_met: bool) -> None:
    world = shop_world(tmp_path)
    condition = {"look": "look#1", "quantity": "sum", "operator": ">", "than": 3}
    goal = f"if the returns of {shop} were more than 3 say so"
    result = world.run(goal, Filler(shop, condition))
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "MIXED", 1)
    put = [("Put", {"name": "verdict", "text": "on"})] if is_met else []
    assert world.shelf.log == [("CountReturns", {"shop": shop}), *put]


@pytest.mark.spec("RP-116")
@pytest.mark.parametrize(("who", "is_met"), [("omega", False), ("delta", True)])
def test_a_run_that_asks_whether_there_is_something_ends_where_there_is(tmp_path: Path, who: str, is_met: bool) -> None:
    world = World(tmp_path)
    tools, mails = world.shelf.tools, {"alpha": [], "omega": [{"id": 1}], "delta": []}
    find = ShelfTool(world.shelf, "FindMails", Effect.READ, ("of",), lambda _shelf, of: mails[of])
    world.shelf.tools = lambda: [*tools(), find]  # type: ignore[method-assign]
    goal = "if {who} has not sent any mails put the word remind on the note {who}"
    calls = [("FindMails", {"of": "alpha"}), ("Put", {"name": "alpha", "text": "remind"})]
    assert world.run(goal.format(who="alpha"), model_of(calls), mode="LEARNER").status == "succeeded"
    world.shelf.log.clear()
    filler = Filler(who, {"look": "look#1", "quantity": "count", "operator": "==", "than": 0})
    result = world.run(goal.format(who=who), filler)
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "MIXED", 1)
    put = [("Put", {"name": who, "text": "remind"})] if is_met else []
    assert world.shelf.log == [("FindMails", {"of": who}), *put]


@pytest.mark.spec("RP-112")
def test_a_stand_in_that_has_changed_stops_the_program_before_it_is_used(tmp_path: Path) -> None:
    world = shop_world(tmp_path)
    tools = world.shelf.tools()
    for tool in tools:
        if tool.spec.name == "CountReturns":
            tool.spec = evolve(tool.spec, version="2")
    world.shelf.tools = lambda: tools  # type: ignore[method-assign]
    condition = {"look": "look#1", "quantity": "sum", "operator": ">", "than": 3}
    goal = "if the returns of beta were more than 3 say so"
    world.run(goal, Filler("beta", condition, then=model_of([], answer="I cannot tell")))
    assert world.shelf.log == []


@pytest.mark.spec("RP-113")
def test_once_the_condition_is_not_met_nothing_more_is_looked_at():
    look = LoggedCall(tool="find_address", arguments={"shop": "oslo"}, output=["oslo@example.org"], effect=Effect.READ)
    mail = LoggedCall(tool="mail", arguments={"to": "oslo@example.org"}, output="ok", effect=Effect.IRREVERSIBLE)
    run = Run(
        goal="if the orders of oslo were more than 3 at any time, mail them",
        calls=(looked("orders", "oslo"), look, mail),
    )
    (proposal,) = Learned([run]).proposals("if the orders of lima were more than 5 at any time, mail them")
    values = {hole.name: "lima" for hole in proposal.holes if hole.kind == "value"}
    condition = {"look": "look#1", "quantity": "any", "operator": ">", "than": 5}
    decision = proposal.completed(values | {"condition": condition}, lambda _tool, _arguments: [1, 2])
    assert (decision.would, [call.tool for call in decision.calls]) == ("follow", ["count_orders"])


def awaited(found: Any, *, who: str = "alpha", is_done: bool) -> Run:
    """Return a run that looked for mails of somebody, and reminded them where there were none."""
    look = LoggedCall(tool="find_mails", arguments={"of": who}, output=found, effect=Effect.READ)
    remind = LoggedCall(tool="remind", arguments={"who": who}, output="ok", effect=Effect.REVERSIBLE_WRITE)
    return Run(goal=f"If {who} hasn't sent any mails, remind {who}", calls=(look, remind) if is_done else (look,))


@pytest.mark.spec("RP-116")
@pytest.mark.parametrize(
    ("found", "would", "tools"),
    [
        ([{"id": 1}], "follow", ["find_mails"]),
        ("No mails found.", "follow", ["find_mails", "remind"]),
        ("Error: try again", "learn", []),
        (3, "learn", []),
    ],
)
def test_there_being_some_where_the_runs_found_none_ends_it(found: Any, would: str, tools: list[str]) -> None:
    run = awaited("No mails found.", is_done=True)
    (proposal,) = Learned([run]).proposals("If omega hasn't sent any mails, remind omega")
    values = {hole.name: "omega" for hole in proposal.holes if hole.kind == "value"}
    condition = {"look": "look#1", "quantity": "count", "operator": "==", "than": 0}
    decision = proposal.completed(values | {"condition": condition}, lambda _tool, _arguments: found)
    assert (decision.would, [call.tool for call in decision.calls]) == (would, tools)


@pytest.mark.spec("RP-116")
@pytest.mark.parametrize(("operator", "would"), [(">", "learn"), ("==", "follow")])
def test_what_was_asked_for_and_is_so_has_to_look_as_usual_to_go_on(operator: str, would: str) -> None:
    (proposal,) = Learned([awaited("No mails found.", is_done=True)]).proposals(
        "If omega has sent any mails, remind omega"
    )
    values = {hole.name: "omega" for hole in proposal.holes if hole.kind == "value"}
    condition = {"look": "look#1", "quantity": "count", "operator": operator, "than": 0}
    decision = proposal.completed(values | {"condition": condition}, lambda _tool, _arguments: [{"id": 1}])
    assert (decision.would, [call.tool for call in decision.calls]) == (
        would,
        ["find_mails"] if would == "follow" else [],
    )


@pytest.mark.spec("RP-115")
def test_a_day_on_which_another_wording_did_something_is_open_too():
    meet = LoggedCall(
        tool="meet", arguments={"start": "2024-05-14 10:30:00"}, output="ok", effect=Effect.REVERSIBLE_WRITE
    )
    run = Run(goal="arrange a meeting for Tuesday at 10:30", calls=(meet,))
    (proposal,) = Learned([run]).proposals("please arrange for a meeting on Friday at 12:30")
    assert [hole.name for hole in proposal.holes] == ["start.date", "start.time"]


@pytest.mark.parametrize(("count", "is_offered"), [(MOST_HOLES, True), (MOST_HOLES + 1, False)])
def test_a_moment_is_one_open_value_and_a_condition_is_none(count: int, is_offered: bool) -> None:
    names = [f"word{number}x" for number in range(count - 1)]
    look = LoggedCall(tool="orders", arguments={"of": "oslo"}, output=[4], effect=Effect.READ)
    texts = {f"text{number}": name for number, name in enumerate(names[:-1])}
    meet = LoggedCall(
        tool="meet", arguments={"start": "2024-05-14 10:30:00", **texts}, output="ok", effect=Effect.REVERSIBLE_WRITE
    )
    goal = f"if oslo has orders, meet for {' and '.join(names[:-1])} at 10:30"
    other = "if lima has orders, then do meet for " + " and ".join(name.upper() for name in names[:-1]) + " at 12:30"
    holes = [hole for one in Learned([Run(goal=goal, calls=(look, meet))]).proposals(other) for hole in one.holes]
    assert bool(holes) == is_offered
    assert len(holes) == (count + 2 if is_offered else 0)


@pytest.mark.spec("RP-117")
@pytest.mark.parametrize(("ids", "is_offered"), [(["00000035"], False), (["task"], True), (["00000035"] * 2, True)])
def test_a_code_that_one_run_alone_had_is_offered_to_no_other_goal(ids: list[str], is_offered: bool) -> None:
    known = []
    for name, code in zip(("fatima", "kofi"), ids, strict=False):
        arguments = {"id": code, "to": name}
        give = LoggedCall(tool="give", arguments=arguments, output="ok", effect=Effect.REVERSIBLE_WRITE)
        known.append(Run(goal=f"please give the open thing to {name}", calls=(give,)))
    proposals = Learned(known).proposals("could you give the open thing to luis for me")
    assert bool(proposals) == is_offered

"""Law: where the goal names another look than the runs did, what is followed is what that look decides, or nothing.

Shops have orders, returns and claims, each with a look of its own. In some worlds what is done depends on which of them
it is about, though no goal says so; runs about one alone cannot know that, and must not decide about another.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.learning import branching
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import Decision
from llmos_std.learning.runs import LoggedCall, Run
from worlds.kernel import Absent, World
from worlds.programs import model_of
from worlds.shelf import ShelfTool

GOAL = "if the {what} of {shop} were more than {size} at any time, put up a notice for {shop}"
OF, SHOPS = ("orders", "returns", "claims"), ("oslo", "lima", "cairo", "quito", "delhi")
FIGURES = {(what, shop): [2 * n + k, 7 - n] for n, what in enumerate(OF) for k, shop in enumerate(SHOPS)}
ASKED = st.tuples(st.sampled_from(OF), st.sampled_from(SHOPS), st.integers(0, 9))


def look(what: str, shop: str) -> LoggedCall:
    return LoggedCall(tool=f"{what}_count", arguments={"shop": shop}, output=FIGURES[what, shop], effect=Effect.READ)


def done(what: str, shop: str, size: int, *, is_coded: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return what is right, by Python's own comparison."""
    if not any(one > size for one in FIGURES[what, shop]):
        return []
    return [("notice", {"shop": shop, "colour": {"orders": "red"}.get(what, "blue") if is_coded else "red"})]


def run(what: str, shop: str, size: int, *, is_coded: bool = False) -> Run:
    calls = [look(what, shop)]
    for tool, arguments in done(what, shop, size, is_coded=is_coded):
        calls.append(LoggedCall(tool=tool, arguments=arguments, output="ok", effect=Effect.REVERSIBLE_WRITE))
    return Run(goal=GOAL.format(what=what, shop=shop, size=size), calls=tuple(calls), task=f"{what}{shop}{size}")


def decided(known: list[Run], what: str, shop: str, size: int) -> Decision:
    def looked(tool: str, arguments: Any) -> Any:
        return FIGURES[tool.removesuffix("_count"), arguments["shop"]]

    return Learned(known).decide(GOAL.format(what=what, shop=shop, size=size), looked)


def is_wrong(asked: list[tuple[str, str, int]], new: tuple[str, str, int], *, is_coded: bool) -> bool:
    decision = decided([run(*one, is_coded=is_coded) for one in asked], *new)
    made = [(call.tool, dict(call.arguments)) for call in decision.calls]
    right = [(f"{new[0]}_count", {"shop": new[1]}), *done(*new, is_coded=is_coded)]
    return decision.would == "follow" and made != right


@pytest.mark.spec("RP-107")
@given(st.lists(ASKED, min_size=2, max_size=7, unique=True), ASKED, st.booleans())
def test_whatever_is_known_what_is_followed_is_right(asked, new, is_coded):
    known = [one for one in asked if one != new]
    acted = {one[0] for one in known if done(*one, is_coded=is_coded)}
    is_hidden = is_coded and new[0] == "orders" and acted == {"returns", "claims"}  # nobody could know that it is red
    assert is_hidden or not is_wrong(known, new, is_coded=is_coded)


ALIKE = [("orders", "oslo", 1), ("orders", "lima", 1), ("orders", "cairo", 9)]
TWO = [*ALIKE[:1], ("returns", "lima", 1), ("orders", "cairo", 9), ("returns", "quito", 9)]


def test_a_rule_that_asked_for_no_other_look_would_be_found_out(monkeypatch):
    monkeypatch.setattr(branching, "unshown", lambda _program: "")
    assert is_wrong([*ALIKE, ("claims", "lima", 9)], ("claims", "delhi", 1), is_coded=True)


@pytest.mark.spec("RP-107")
@pytest.mark.parametrize("new", [("claims", "delhi", 1), ("claims", "delhi", 9), ("returns", "delhi", 1)])
def test_runs_about_two_things_decide_about_a_third_by_its_own_look(new):
    known = [run(*one) for one in TWO]
    elsewhere = Run(goal="how many claims has oslo", calls=(look("claims", "oslo"),))
    decision = decided([*known, elsewhere], *new)
    assert decision.would == "follow"
    assert [(call.tool, dict(call.arguments)) for call in decision.calls] == [
        (f"{new[0]}_count", {"shop": "delhi"}),
        *done(*new, is_coded=False),
    ]


def unlike(call: LoggedCall) -> LoggedCall:
    return evolve(call, output={"amount": 5})


@pytest.mark.spec("RP-107")
@pytest.mark.parametrize(
    ("known", "elsewhere"),
    [
        ([run(*one) for one in ALIKE], look("claims", "oslo")),
        ([run(*one) for one in TWO], unlike(look("claims", "oslo"))),
        ([run(*one) for one in TWO], evolve(look("claims", "oslo"), arguments={"of": "oslo"})),
        ([run(*one) for one in TWO], evolve(look("claims", "oslo"), effect=Effect.IRREVERSIBLE)),
        ([run(*one) for one in TWO], None),
    ],
    ids=["runs of one thing", "another outline", "other arguments", "a call that changes something", "never seen"],
)
def test_another_look_is_not_made_without_proof(known: list[Run], elsewhere: LoggedCall | None) -> None:
    calls = () if elsewhere is None else (elsewhere,)
    others = [Run(goal="how many claims has oslo", calls=calls)]
    assert decided([*known, *others], "claims", "delhi", 1).would != "follow"


@pytest.mark.spec("RP-107")
def test_a_look_whose_result_goes_into_a_call_is_not_exchanged():
    def told(what: str, shop: str) -> Run:
        code = {"orders": "ord-4711", "returns": "ret-0815"}[what]
        first = LoggedCall(tool=f"{what}_count", arguments={"shop": shop}, output=[code, 5], effect=Effect.READ)
        act = LoggedCall(
            tool="notice", arguments={"shop": shop, "of": code}, output="ok", effect=Effect.REVERSIBLE_WRITE
        )
        return Run(goal=GOAL.format(what=what, shop=shop, size=1), calls=(first, act), task=what + shop)

    known = [told("orders", "oslo"), told("returns", "lima"), told("orders", "quito"), told("returns", "cairo")]
    assert decided([*known, run("claims", "lima", 99)], "claims", "delhi", 1).would != "follow"


@pytest.mark.spec("RP-107")
@pytest.mark.parametrize("is_changed", [False, True])
def test_a_whole_run_looks_with_the_tool_that_its_goal_names(tmp_path: Path, is_changed: bool) -> None:
    world = World(tmp_path)
    tools = world.shelf.tools()

    def counting(what: str) -> Any:
        return lambda _shelf, shop: FIGURES[what, shop]

    tools += [ShelfTool(world.shelf, f"{what}_count", Effect.READ, ("shop",), counting(what)) for what in OF]
    world.shelf.tools = lambda: tools  # type: ignore[method-assign]
    goal = "if the {what} of {shop} were more than {size} at any time, put the word high on the note {shop}"
    for what, shop, size in TWO:
        is_so = bool(done(what, shop, size, is_coded=False))
        calls = [(f"{what}_count", {"shop": shop}), *([("Put", {"name": shop, "text": "high"})] if is_so else [])]
        world.run(goal.format(what=what, shop=shop, size=size), model_of(calls), mode="LEARNER")
    world.run("how many claims has oslo", model_of([("claims_count", {"shop": "oslo"})]), mode="LEARNER")
    for tool in tools:
        if is_changed and tool.spec.name == "claims_count":
            tool.spec = evolve(tool.spec, version="2")
    world.shelf.log.clear()
    result = world.run(goal.format(what="claims", shop="delhi", size=1), Absent())
    looked = [("claims_count", {"shop": "delhi"}), ("Put", {"name": "delhi", "text": "high"})]
    assert world.shelf.log == ([] if is_changed else looked)
    assert (result.status == "succeeded") is not is_changed
    assert is_changed or result.mode == "FOLLOWER"

"""Law: the last call of a completed loop is made for the items that pass the tests of the reply, and for no other.

The oracle here filters the rows itself. What cannot be told of an item, or of a list, leaves the goal to the model.
"""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning import looping, wise_items
from llmos_std.learning.deciding import Learned
from llmos_std.learning.filling import read_reply, request_for
from llmos_std.learning.proposing import Proposal
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.providers.scripted import ScriptedProvider
from worlds.kernel import World
from worlds.programs import model_of
from worlds.shelf import ShelfTool

GOAL = "close every {state} ticket of {name}"
STATES = ("new", "open", "done")
TODAY = "2024-05-20"
NEW = GOAL.format(state="open", name="fritz")

Row = dict[str, Any]


def drawn_rows(random: Random, count: int) -> list[Row]:
    numbers = random.sample(range(1_000, 9_999), count)
    return [
        {"id": f"t-{n}", "state": random.choice(STATES), "due": f"2024-05-{random.randint(10, 30)}", "by": "ida"}
        for n in numbers
    ]


def closing(name: str, rows: list[Row], state: str = "new") -> Run:
    look = LoggedCall(tool="tickets", arguments={"owner": name}, output=rows, effect=Effect.READ)
    close = [
        LoggedCall(
            tool="close", arguments={"id": row["id"], "why": "asked"}, output="ok", effect=Effect.REVERSIBLE_WRITE
        )
        for row in rows
        if row["state"] == state
    ]
    return Run(goal=GOAL.format(state=state, name=name), calls=(look, *close))


def proposed(goal: str = NEW, seed: int = 1) -> Proposal:
    """Return the loop that one run shows, with twelve items in its list, for a goal about fritz."""
    random = Random(seed)
    rows = [*drawn_rows(random, 10), *({**row, "state": "new"} for row in drawn_rows(random, 2))]
    found = Learned([closing("ada", rows)]).proposals(goal, today=TODAY)
    return next(one for one in found if one.each is not None)


def values(proposal: Proposal, tests: Any) -> dict[str, Any]:
    return {hole.name: "fritz" for hole in proposal.holes if hole.kind == "value"} | {"items": tests}


def closed(tests: Any, rows: Any, goal: str = NEW) -> list[str] | str:
    """Return which tickets are closed for a reply, or why none of it is done."""
    proposal = proposed(goal)
    decision = proposal.completed(values(proposal, tests), lambda *_: rows, today=TODAY)
    if decision.would != "follow":
        return decision.why
    return [str(call.arguments["id"]) for call in decision.calls[1:]]


def meant(row: Row, test: Row) -> bool:
    """Say whether a row passes a test, without any code of the product."""
    kind = next(key for key in test if key != "field")
    found, wanted = row[test["field"]], test[kind]
    return {"is": found == wanted, "not": found != wanted, "before": found < wanted, "after": found > wanted}[kind]


TESTS = st.lists(
    st.one_of(
        st.tuples(st.just("state"), st.sampled_from(["is", "not"]), st.sampled_from(["open", "new"])),
        st.tuples(st.just("due"), st.sampled_from(["before", "after"]), st.just(TODAY)),
        st.tuples(st.just("by"), st.sampled_from(["is", "not"]), st.just("ida")),
    ).map(lambda one: {"field": one[0], one[1]: one[2]}),
    max_size=3,
)


def right_for(seed: int, count: int, tests: list[Row]) -> bool:
    rows = drawn_rows(Random(seed), count)
    return closed(tests, rows) == [row["id"] for row in rows if all(meant(row, test) for test in tests)]


@pytest.mark.spec("RP-121")
@given(st.integers(0, 2**32), st.integers(0, 11), TESTS)
def test_the_calls_are_made_for_the_items_that_pass_all_tests(seed, count, tests):
    assert right_for(seed, count, tests)


def test_a_rule_that_takes_every_item_is_found_out(monkeypatch):
    monkeypatch.setattr(looping, "passes", lambda *_: True)
    assert not all(right_for(seed, 8, [{"field": "state", "is": "open"}]) for seed in range(5))


@pytest.mark.spec("RP-121")
@pytest.mark.parametrize("without", [{}, {"due": None}, {"due": "soon"}, {"due": 20240519}])
def test_an_item_that_does_not_tell_leaves_all_of_them_to_the_model(monkeypatch, without):
    rows = drawn_rows(Random(3), 4)
    rows[2] = {key: value for key, value in rows[2].items() if key != "due"} | without
    late = [{"field": "due", "before": TODAY}]
    assert closed(late, rows) == "an item does not tell its 'due'"
    monkeypatch.setattr(looping, "untold", lambda *_: "")
    assert closed(late, rows) != "an item does not tell its 'due'"


@pytest.mark.spec("RP-121")
def test_case_is_no_difference_unless_both_spellings_are_there():
    rows = [
        {**row, "state": state}
        for row, state in zip(drawn_rows(Random(3), 4), ["Open", "done", "Open", "new"], strict=True)
    ]
    opened = [{"field": "state", "is": "open"}]
    assert closed(opened, rows) == [rows[0]["id"], rows[2]["id"]]
    rows[1]["state"] = "OPEN"
    assert closed(opened, rows) == "an item does not tell its 'state'"


@pytest.mark.spec("RP-121")
def test_several_are_taken_only_where_the_goal_says_so():
    rows = [{**row, "state": "open"} for row in drawn_rows(Random(3), 2)]
    one, opened = "close the open ticket of fritz", [{"field": "state", "is": "open"}]
    for tests in ([], opened):
        assert closed(tests, rows, one) == "2 items fit, and the goal does not say that several are meant"
        assert closed(tests, rows) == [row["id"] for row in rows]
        assert closed(tests, rows[:1], one) == [rows[0]["id"]]


@pytest.mark.spec("RP-121")
def test_a_list_that_may_be_cut_is_left_to_the_model():
    assert closed([], drawn_rows(Random(3), 11)) == [row["id"] for row in drawn_rows(Random(3), 11)]
    assert closed([], drawn_rows(Random(3), 12)) == "the list may be cut at 12 items"


def test_no_list_at_all_is_left_to_the_model():
    assert isinstance(closed([], "the server is down"), str)
    assert isinstance(closed([], {"error": "denied"}), str)


@pytest.mark.spec("RP-121")
@pytest.mark.parametrize(
    "tests",
    [
        None,
        "all",
        {"field": "state", "is": "open"},
        [{"field": "colour", "is": "red"}],
        [{"field": "state"}],
        [{"field": "state", "is": "open", "not": "new"}],
        [{"field": "state", "is": "pending"}],
        [{"field": "state", "is": ["open"]}],
        [{"field": "due", "before": "2024-05-19"}],
        [{"field": "due", "before": "never"}],
        [{"field": "due", "after": 7}],
        [{"field": "due", "before": f"{TODAY} 10:00"}],
        [{"field": ["state"], "is": "open"}],
        [{"field": "state", "is": "open"}] * 4,
        ["open"],
    ],
)
def test_a_test_that_nothing_grounds_is_not_believed(tests):
    proposal = proposed()
    reply = {"program": 1, "values": values(proposal, None), "items": tests}
    assert isinstance(read_reply([proposal], json.dumps(reply), today=TODAY), str)
    assert isinstance(closed(tests, drawn_rows(Random(3), 5)), str)


@pytest.mark.spec("RP-121")
@pytest.mark.parametrize(
    ("goal", "day", "is_believed"),
    [
        ("close every ticket of fritz due before 2024-05-12", "2024-05-12", True),
        ("close every ticket of fritz that is 2 weeks late", "2024-05-06", True),
        ("close every ticket of fritz that is 2 weeks late", "2024-05-07", False),
        (NEW, TODAY, True),
    ],
)
def test_a_day_is_today_or_told_by_the_goal(goal, day, is_believed):
    assert isinstance(closed([{"field": "due", "before": day}], drawn_rows(Random(3), 5), goal), list) is is_believed


@pytest.mark.parametrize("text", ['{"values": {"a": NaN}}', '{"values": {"a": 1e999}}', "[" * 100_000])
def test_a_reply_that_is_no_data_is_refused(text):
    assert read_reply([proposed()], text) == "the answer is no JSON"


def test_the_call_is_shown_the_fields_of_items_and_words_that_stood_there_but_no_item():
    request = request_for([proposed()], today=TODAY)
    facts = json.loads(request.messages[-1].text)
    assert facts["fields"] == {"id": [], "state": sorted(STATES), "due": [], "by": ["ida"]}
    assert facts["calls"][facts["programs"][0]["each"]] == {"tickets": {"owner": "<owner>"}}
    assert {"close": {"id": "<item.id>", "why": "asked"}} in facts["calls"].values()
    assert "t-" not in request.messages[-1].text


@pytest.mark.spec("RP-110")
@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("close every open ticket of fritz", [[{"field": "state", "is": "open"}]]),
        ("close every ticket of fritz that is not open", [[{"field": "state", "not": "open"}]]),
        ("close every ticket of fritz", [[]]),
        ("close every ticket of fritz called 'open'", [[]]),
        ("close every overdue ticket of fritz", [[{"field": "due", "before": TODAY}]]),
        (
            "close every open or new ticket of fritz",
            [[{"field": "state", "is": "new"}], [{"field": "state", "is": "open"}]],
        ),
    ],
)
def test_the_oracle_reads_the_items_from_the_words_of_the_goal(goal, expected):
    assert wise_items.readings(proposed(goal), {}, TODAY) == expected


class Naming(ScriptedProvider):
    """A model that names the items when it is asked for a program's holes, and else can do nothing."""

    def __init__(self, tests: Any) -> None:
        super().__init__([])
        self._tests = tests

    def complete(self, request: Any, on_text: Any) -> Any:
        names = json.loads(request.messages[-1].text)["names"]
        reply = {"program": 1, "values": dict.fromkeys(names, "gamma"), "items": self._tests}
        return model_of([], answer=json.dumps(reply)).complete(request, on_text)


def mailing(folder: Path, *, is_strange: bool = False) -> World:
    """Return a world in which the late notes of alpha were put away, after one look at a list."""
    world = World(folder)
    tools = world.shelf.tools()
    rows = {
        "alpha": [
            {"name": f"a-{n}", "due": f"2024-0{n}-01", "state": "late" if n < 3 else "early"} for n in range(1, 7)
        ],
        "gamma": [
            {"name": f"g-{n}", "due": f"2024-0{n}-01", "state": "late" if n % 2 else "early"} for n in range(1, 6)
        ],
    }
    listing = ShelfTool(world.shelf, "List", Effect.READ, ("name",), lambda _shelf, name: rows[name])
    if is_strange:
        listing.reads_untrusted = True  # type: ignore[attr-defined]
    world.shelf.tools = lambda: [*tools, listing]  # type: ignore[method-assign]
    away = [("Put", {"name": f"a-{n}", "text": "away"}) for n in (1, 2)]
    known = model_of([("List", {"name": "alpha"}), *away])
    assert world.run("put away all late notes of alpha", known, mode="LEARNER").status == "succeeded"
    world.shelf.log.clear()
    return world


@pytest.mark.spec("RP-121")
def test_a_whole_run_acts_on_the_items_that_one_small_call_named(tmp_path: Path) -> None:
    world = mailing(tmp_path)
    result = world.run("put away all late notes of gamma", Naming([{"field": "state", "is": "late"}]))
    away = [("Put", {"name": f"g-{n}", "text": "away"}) for n in (1, 3, 5)]
    assert world.shelf.log == [("List", {"name": "gamma"}), *away]
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "MIXED", 1)


@pytest.mark.spec("RP-119")
def test_items_that_strangers_listed_are_acted_on_by_no_program(tmp_path: Path) -> None:
    world = mailing(tmp_path, is_strange=True)
    world.run("put away all late notes of gamma", Naming([{"field": "state", "is": "late"}]))
    assert all(tool != "Put" for tool, _ in world.shelf.log)

"""Law: a value that a look found is bound from that look, although it happens to contain a word of the goal.

Names and addresses are the case of every day: "ann.lee@example.org" has "ann" in it, and still nobody else's address is
made by putting another name into it.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning.deciding import Fit, Learned, best_of
from llmos_std.learning.following import UNSEEN
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example

NAMES = ("ann", "bob", "cleo", "dora", "emil", "fay")
SURNAMES = ("lee", "moor", "nash", "ode", "pike")
pytestmark = pytest.mark.spec("RP-094")


def sending(name: str, surname: str, *, asked: str = "") -> Run:
    """Return a run that looks up an address under a name, as `asked` for where given, and sends something there."""
    address = f"{name}.{surname}@example.org"
    look = LoggedCall(tool="Find", arguments={"name": asked or name}, output=[address], effect=Effect.READ)
    act = LoggedCall(tool="Send", arguments={"to": address}, output="sent", effect=Effect.REVERSIBLE_WRITE)
    return Run(goal=f"send {name} the plan", calls=(look, act))


def decided(runs: list[Run], name: str, book: dict[str, str]) -> tuple[str, list[object]]:
    """Return what is decided about another name where the book of addresses is another, and what would be sent to."""

    def look(tool: str, arguments: object) -> object:
        found = book.get(dict(arguments)["name"])  # type: ignore[call-overload]
        return UNSEEN if found is None else [found]

    decision = Learned(runs).decide(f"send {name} the plan", look)
    return decision.would, [call.arguments["to"] for call in decision.calls if call.tool == "Send"]


def test_the_look_that_a_value_came_from_is_kept_though_a_word_of_the_goal_is_in_the_value() -> None:
    assert Example(sending("ann", "lee")).tools == ("Find", "Send")


@given(
    surnames=st.lists(st.sampled_from(SURNAMES), min_size=3, max_size=4),
    now=st.sampled_from(SURNAMES),
)
def test_another_name_gets_the_address_that_the_look_finds(surnames: list[str], now: str) -> None:
    runs = [sending(name, surname) for name, surname in zip(NAMES, surnames, strict=False)]
    would, sent = decided(runs, "fay", {"fay": f"fay.{now}@example.org"})
    is_told_apart = len(set(surnames)) > 1 or surnames[0] == now  # else the frame around the name is as true so far
    assert (would, sent) == ("follow", [f"fay.{now}@example.org"]) if is_told_apart else would != "follow" and not sent


@given(name=st.sampled_from(NAMES[3:]), surname=st.sampled_from(SURNAMES))
def test_no_address_is_made_up_where_the_look_finds_none(name: str, surname: str) -> None:
    runs = [sending(one, surname) for one in NAMES[:3]]
    would, sent = decided(runs, name, {})
    assert would != "follow"
    assert sent == []


def test_a_run_that_looked_with_a_capital_still_tells_where_its_address_came_from() -> None:
    runs = [sending("ann", "lee"), sending("bob", "moor"), sending("cleo", "nash", asked="Cleo")]
    program = Learned(runs).fits("send dora the plan")
    assert not isinstance(program, str)
    assert {len(fit.program.witnesses) for fit in program} == {1}
    assert decided(runs, "dora", {"dora": "d@example.org"}) == ("follow", ["d@example.org"])


def test_with_as_many_capitals_as_not_the_two_programs_have_to_agree() -> None:
    runs = [sending("ann", "lee"), sending("bob", "moor"), *(sending(n, "ode", asked=n.title()) for n in NAMES[2:4])]
    assert decided(runs, "emil", {"emil": "e@example.org", "Emil": "e@example.org"}) == ("follow", ["e@example.org"])
    assert decided(runs, "emil", {"emil": "e@example.org", "Emil": "x@example.org"})[0] != "follow"


def tagged(name: str, tag: str) -> Run:
    """Return a run that tags a note in a way that its goal does not say."""
    act = LoggedCall(tool="Tag", arguments={"note": name, "tag": tag}, output="ok", effect=Effect.REVERSIBLE_WRITE)
    return Run(goal=f"tag the note {name}", calls=(act,))


@given(tags=st.lists(st.sampled_from(("red", "blue")), min_size=4, max_size=6))
def test_where_runs_of_one_wording_did_it_in_two_ways_neither_is_taken(tags: list[str]) -> None:
    learned = Learned([tagged(name, tag) for name, tag in zip(NAMES, tags, strict=False)])
    decision = learned.decide("tag the note zoe", lambda *_: UNSEEN)
    if len(set(tags)) == 1:
        assert [call.arguments["tag"] for call in decision.calls] == [tags[0]]
    else:
        assert learned.fits("tag the note zoe") == "runs of this wording did it with other values"
        assert decision.would != "follow"


def test_programs_of_two_wordings_that_fit_and_differ_are_not_run() -> None:
    one, other = (
        Learned([tagged(name, tag) for name in NAMES[:3]]).fits("tag the note zoe") for tag in ("red", "blue")
    )
    assert not isinstance(one, str)
    assert not isinstance(other, str)
    assert isinstance(best_of(one, ""), Fit)
    assert best_of([*one, *other], "") == "two programs fit this goal, and they differ"

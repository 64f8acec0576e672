"""Laws: what varied may be bound, what was never seen to vary may not, and the order of runs does not matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import UNSEEN
from llmos_std.learning.provenance import writes_code
from llmos_std.learning.runs import LoggedCall, Run

PEOPLE = {"nadia": "204", "kofi": "315", "yuki": "426", "leila": "537", "amir": "648", "sofia": "759"}


def found(name, *, first="900"):
    """Two mails of one person: the newer one is what `delete` took."""
    return [
        {"id": PEOPLE[name], "from": f"{name}@example.org", "sent": "2023-11-29"},
        {"id": first, "from": f"{name}@example.org", "sent": "2023-11-02"},
    ]


def deleting(name, wording="Delete my last email from {name}"):
    search = LoggedCall(tool="search", arguments={"query": name}, output=found(name), effect=Effect.READ)
    delete = LoggedCall(tool="delete", arguments={"id": PEOPLE[name]}, output="done", effect=Effect.IRREVERSIBLE)
    return Run(goal=wording.format(name=name), calls=(search, delete))


def look(tool, arguments):
    return found(arguments["query"]) if tool == "search" else UNSEEN


def effects(decision):
    return [dict(call.arguments) for call in decision.calls if not call.effect.is_safe]


def test_four_different_runs_let_a_fifth_value_follow():
    decision = Learned(map(deleting, ["nadia", "kofi", "yuki", "leila"])).decide("Delete my last email from amir", look)
    assert (decision.would, effects(decision)) == ("follow", [{"id": "648"}])


def test_three_are_not_enough_for_what_cannot_be_undone():
    decision = Learned(map(deleting, ["nadia", "kofi", "yuki"])).decide("Delete my last email from amir", look)
    assert decision.would != "follow"
    assert "4 are needed" in decision.why


@given(st.permutations(["nadia", "kofi", "yuki", "leila", "amir"]), st.sampled_from(sorted(PEOPLE)))
def test_the_order_of_runs_does_not_matter(order, name):
    goal = f"Delete my last email from {name}"
    expected = Learned(map(deleting, sorted(order))).decide(goal, look)
    assert Learned(map(deleting, order)).decide(goal, look) == expected


def test_a_word_that_is_no_value_never_follows():
    learned = Learned(map(deleting, ["nadia", "kofi", "yuki", "leila"]))
    for goal in ("Delete my first email from amir", "Archive my last email from amir", "Delete my last email to amir"):
        assert learned.decide(goal, look).would != "follow"


def test_a_condition_is_never_followed_with_other_values():
    learned = Learned(deleting(name, "If it is old delete the email from {name}") for name in list(PEOPLE)[:5])
    assert learned.decide("If it is old delete the email from sofia", look).would != "follow"


def test_an_item_that_is_no_longer_the_newest_is_not_taken_by_its_place():
    learned = Learned(map(deleting, ["nadia", "kofi", "yuki", "leila"]))
    decision = learned.decide("Delete my last email from amir", lambda _tool, _arguments: found("amir")[::-1])
    assert decision.would != "follow"


def test_an_empty_result_is_another_situation():
    learned = Learned(map(deleting, ["nadia", "kofi", "yuki", "leila"]))
    assert learned.decide("Delete my last email from amir", lambda _tool, _arguments: []).would != "follow"


@pytest.mark.spec("RP-065")
def test_a_changing_value_never_goes_into_a_command():
    def listing(folder):
        call = LoggedCall(
            tool="Bash", arguments={"command": f"ls {folder}"}, output="x", effect=Effect.REVERSIBLE_WRITE
        )
        return Run(goal=f"tidy {folder}", calls=(call,))

    fits = Learned(map(listing, ["docs", "photos", "music"])).fits("tidy letters")
    assert isinstance(fits, tuple)
    assert all(writes_code(fit.program, fit.each) for fit in fits)
    decision = Learned(map(listing, ["docs", "photos", "music"])).decide("tidy letters", lambda *_: UNSEEN)
    assert (decision.would, decision.proposals) == ("learn", ())
    assert decision.why == "a changing value would go into something that is executed"
    named = Learned(map(deleting, ["nadia", "kofi", "yuki", "leila"])).fits("Delete my last email from amir")
    assert isinstance(named, tuple)
    assert not any(writes_code(fit.program, fit.each) for fit in named)


def test_failed_runs_teach_nothing():
    runs = [deleting(name) for name in ("nadia", "kofi", "yuki", "leila")]
    failed = [Run(goal=run.goal, calls=run.calls, succeeded=False) for run in runs]
    assert Learned(failed).decide("Delete my last email from nadia", look).why == "no run of this wording"

"""Law: a part of a changed stretch lies where it lay in the old one, if both have as many words; else nowhere.

"Anna Lee" may be found as the item whose address has "anna" in it: that way can be held against "Bobby Moor", whose
first word is "Bobby", and against nobody who has three names.
"""

from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning.deciding import Learned
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.wording import Goal, align

FIRST = ("Anna", "Bobby", "Cleo", "Dora", "Emil", "Faye")
LAST = ("Lee", "Moor", "Nash", "Ode", "Pike", "Quill")


def people(name: str, *, address: str = "") -> list[dict[str, str]]:
    """Return what a look for a name finds: one person, with an address of the first name unless another is given."""
    return [
        {"key": f"key of {name}", "name": name, "address": address or f"{name.partition(' ')[0].lower()}@example.org"}
    ]


def closing(name: str) -> Run:
    """Return a run that finds somebody by name and closes the account."""
    look = LoggedCall(tool="Find", arguments={"name": name}, output=people(name), effect=Effect.READ)
    act = LoggedCall(tool="Close", arguments={"key": f"key of {name}"}, output="ok", effect=Effect.REVERSIBLE_WRITE)
    return Run(goal=f"close the account of {name}", calls=(look, act))


def closed(name: str, found: list[dict[str, str]]) -> list[object]:
    """Return whose account would be closed without a model for a name that a look finds so."""
    runs = [closing(f"{first} {last}") for first, last in zip(FIRST[:4], LAST, strict=False)]
    decision = Learned(runs).decide(f"close the account of {name}", lambda *_: found)
    return [call.arguments["key"] for call in decision.calls if decision.would == "follow" and call.tool == "Close"]


@given(first=st.sampled_from(FIRST), last=st.sampled_from(LAST))
def test_a_way_of_finding_by_a_part_is_tried_on_the_same_part_of_the_new_name(first: str, last: str) -> None:
    name = f"{first} {last}"
    assert closed(name, people(name)) == [f"key of {name}"]


@given(first=st.sampled_from(FIRST), last=st.sampled_from(LAST))
def test_where_that_part_finds_nobody_nothing_is_done(first: str, last: str) -> None:
    name = f"{first} {last}"
    assert closed(name, people(name, address="desk@example.org")) == []


@given(first=st.sampled_from(FIRST[4:]), last=st.sampled_from(LAST[4:]))
def test_a_name_of_another_length_and_of_unknown_words_has_no_part_that_could_be_meant(first: str, last: str) -> None:
    name = f"{first} Jo {last}"
    assert closed(name, people(name)) == []


@given(old=st.lists(st.sampled_from(FIRST), min_size=1, max_size=4), new=st.lists(st.sampled_from(LAST), min_size=1))
def test_every_part_lies_word_by_word_or_nowhere(old: list[str], new: list[str]) -> None:
    left, right = Goal(f"close {' '.join(old)} now"), Goal(f"close {' '.join(new)} now")
    found = align(left, right, [(1, 1 + len(old))])
    assert found is not None
    for start in range(len(old)):
        for end in range(start + 1, len(old) + 1):
            there = found.across((1 + start, 1 + end))
            is_whole = end - start == len(old)
            if len(old) == len(new):
                assert there == (1 + start, 1 + end)
            else:
                assert there == ((1, 1 + len(new)) if is_whole else None)

"""Law of `ordered`: each item once, after every item it names, whatever the order given; what cannot be is reported."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.contrib import Contribution
from llmos_core.runtime.transforms import ordered


@attrs.frozen
class Item:
    name: str
    after: tuple = ()


@st.composite
def items(draw, *, acyclic):
    names = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8))
    found = []
    for place, name in enumerate(names):
        choices = names[:place] if acyclic else [*names, "unknown"]
        after = draw(st.lists(st.sampled_from(choices), unique=True, max_size=3)) if choices else []
        found.append(Item(name, tuple(after)))
    return found


@given(items(acyclic=True))
def test_everyone_comes_after_those_it_names(found):
    result = ordered(found)
    places = {item.name: place for place, item in enumerate(result.order)}
    assert all(places[earlier] < places[item.name] for item in found for earlier in item.after)
    assert result.problems == ()


@given(items(acyclic=False), st.randoms())
def test_nobody_is_lost_and_the_order_given_does_not_matter(found, random):
    result = ordered(found)
    assert sorted(item.name for item in result.order) == sorted(item.name for item in found)
    assert ordered(random.sample(found, len(found))) == result


@given(items(acyclic=False))
def test_problems_are_told_exactly_when_a_wish_is_not_met(found):
    result = ordered(found)
    places = {item.name: place for place, item in enumerate(result.order)}
    unmet = [(i, e) for i in found for e in i.after if places.get(e, len(found)) >= places[i.name]]
    assert bool(result.problems) is bool(unmet)


def test_what_after_leaves_open_is_settled_by_name():
    assert [item.name for item in ordered([Item("c"), Item("a", ("b",)), Item("b")]).order] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("after", "names"),
    [
        ({"a": ("nobody",)}, ["'a'", "'nobody'"]),
        ({"a": ("a",)}, ["'a' after 'a'"]),
        ({"b": ("c",), "c": ("b",)}, ["'b'"]),
    ],
)
def test_a_problem_names_who_is_concerned(after, names):
    (problem,) = ordered([Item(name, after.get(name, ())) for name in "abc"]).problems
    assert all(name in problem for name in names)


def test_contributions_can_be_ordered_as_they_are():
    late, early = (Contribution(name=n, summary="", after=a) for n, a in (("a", ("b",)), ("b", ())))
    assert ordered([late, early]).order == (early, late)

"""Laws: one wording is read in one way only, values may be of any length, and courtesy is no part of an order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.learning.wording import Goal, align

WORDS = st.lists(st.sampled_from(["ada", "bob", "total", "visits", "engaged", "users", "x-1"]), min_size=1, max_size=4)
PLOT = "plot {} and {} since May 3"


def plotted(left, right):
    """Align two goals of one wording, with the two stretches of the left one as slots."""
    goal = Goal(PLOT.format(" ".join(left[0]), " ".join(left[1])))
    first = (1, 1 + len(left[0]))
    second = (first[1] + 1, first[1] + 1 + len(left[1]))
    other = Goal(PLOT.format(" ".join(right[0]), " ".join(right[1])))
    return goal, first, second, other, align(goal, other, {first, second})


@given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_values_of_any_length_and_in_any_order_are_found_in_their_places(left, right):
    goal, first, second, other, alignment = plotted(left, right)
    assert alignment is not None
    assert other.text_of(alignment.across(first)) == " ".join(right[0])
    assert other.text_of(alignment.across(second)) == " ".join(right[1])
    assert [goal.text_of(old) for old, _ in alignment.changed] == [
        " ".join(old) for old, new in zip(left, right, strict=True) if old != new
    ]


@given(st.permutations(["put", "a", "note", "on", "the", "shelf"]), st.integers(0, 6), st.sampled_from(["not", "two"]))
def test_a_word_more_outside_a_value_is_another_wording(words, place, more):
    longer = [*words[:place], more, *words[place:]]
    assert align(Goal(" ".join(words)), Goal(" ".join(longer)), set()) is None
    assert align(Goal(" ".join(longer)), Goal(" ".join(words)), set()) is None


def test_two_ways_to_read_a_goal_are_none():
    goal = Goal("tell ada bob news")
    assert align(goal, Goal("tell eve carl dora news"), {(1, 2), (2, 3)}) is None


@pytest.mark.parametrize(
    "goal",
    [
        "Cancel the next review meeting",
        "Can you cancel the next review meeting?",
        "please cancel the next review meeting",
        "Could you please cancel the next review meeting",
        "I need to cancel the next review meeting. Can you do that for me please?",
        "I need you to cancel the next review meeting.",
    ],
)
def test_courtesy_does_not_change_an_order(goal):
    assert Goal(goal).tokens == Goal("cancel the next review meeting").tokens


@pytest.mark.parametrize(
    "goal",
    [
        "write a note that says thanks please",
        "I need to cancel the next review meeting",
        "The review is over. Can you do that?",
        "cancel the next review meeting. Can you do that twice?",
        "I can cancel the next review meeting",
        "can you",
        "please",
    ],
)
def test_words_that_may_mean_something_stay(goal):
    assert len(Goal(goal).tokens) == len([word for word in goal.replace(".", " .").rstrip("?").split() if word])


def test_text_comes_back_as_it_was_written():
    goal = Goal("Can you put 'two  words' on Alpha?")
    assert goal.text_of((0, len(goal.tokens))) == "put 'two  words' on Alpha"

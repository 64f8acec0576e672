"""Law: a condition is read exactly or not at all, and a word that may make a goal conditional is never overlooked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.learning import clauses, cues
from llmos_std.learning.clauses import Clause, read_clause
from llmos_std.learning.cues import CONDITION, condition_in
from llmos_std.learning.wording import Goal

FORMS = (
    "If {clause}, make a plot of it",
    "If {clause} make a plot of it",
    "{clause}? If so, please make a plot of it",
    "Can you check if {clause}? If so, make a plot of it",
    "I think {clause}. Can you check and if so, make a plot of it",
    "Make a plot of visits if {clause}",
    "Check whether {clause} and if so make a plot of it",
)
COMPARED = {
    "was more than": ">",
    "were fewer than": "<",
    "was above": ">",
    "was under": "<",
    "exceeded": ">",
    "was at least": ">=",
    "was at most": "<=",
}
SOME = {"": clauses._QUANTITIES, " at any time": ("any",), " at some point": ("any",)}
WORDS = st.sampled_from(["visits", "users", "sales", "traffic"])
NUMBERS = st.integers(0, 999)


def read(text: str) -> Clause:
    found = read_clause(Goal(text))
    assert isinstance(found, Clause), f"{text!r}: {found}"
    return found


@pytest.mark.spec("RP-100")
@given(st.sampled_from(FORMS), st.sampled_from(sorted(COMPARED)), st.sampled_from(sorted(SOME)), WORDS, NUMBERS)
def test_a_comparison_with_a_number_is_read_in_every_form(form, compared, some, word, number):
    text = form.format(clause=f"{word} {compared} {number}{some} since October 12")
    found = read(text)
    assert (found.operator, found.than, found.quantities) == (COMPARED[compared], number, SOME[some])
    goal = Goal(text)
    left = [goal.tokens[place].lower() for place in found.words]
    assert left == [word, "october", "12"]


@pytest.mark.spec("RP-100")
@given(st.sampled_from(FORMS[:4]), WORDS, NUMBERS, st.booleans())
def test_growth_has_its_sign(form, word, number, is_up):
    for clause in (
        f"{word} is more than {number}% {'higher' if is_up else 'lower'} than October 12",
        f"{word} {'grew' if is_up else 'fell'} by more than {number} percent since October 12",
    ):
        found = read(form.format(clause=clause))
        assert found.quantities == ("growth_percent",)
        assert (found.operator, found.than) == ((">", number) if is_up else ("<", -number))


MEDDLING = (
    "if {c} or it is Monday, make a plot",
    "if {c} and it is Monday, make a plot",
    "if not {c}, make a plot",
    "if it isn't so that {c}, make a plot",
    "unless {c}, make a plot",
    "if {c}, make a plot, otherwise tell Ada",
    "if {c}, make a plot if it rains",
    "if {c}, counting Mondays, make a plot",
    "when {c}, make a plot",
    "only if {c}, make a plot",
    "make a plot if {c}. Send it to Ada",
    "if either {c}, make a plot",
    "if visits were less than 9 or {c}, make a plot",
    "if the day before {c}",
    "if {c}, make a plot once Ada has paid",
    "if {c}, make a plot as soon as Ada pays",
    "if {c}, make a plot provided Ada pays",
    "if {c}, make a plot, assuming that Ada pays",
    "if {c}, make a plot, given that Ada paid",
)


@pytest.mark.spec("RP-102")
@pytest.mark.parametrize("text", MEDDLING)
def test_what_makes_another_condition_of_it_is_not_read(text):
    assert isinstance(read_clause(Goal(text.format(c="visits was more than 21 at any time since October 12"))), str)


@pytest.mark.spec("RP-102")
@pytest.mark.parametrize(
    "clause",
    [
        "visits was no more than 3",
        "visits was more than 1,000",
        "visits was less than 3% lower than October 12",
        "visits was 3% more than less than 4",
        "visits grew by less than 3%",
        "visits grew by more than 3",
        "visits was more than 3%",
        "visits was always more than 3 at any time",
        "every visit was more than 3",
    ],
)
def test_a_comparison_that_may_mean_several_things_is_not_read(clause):
    assert isinstance(read_clause(Goal(f"if {clause}, make a plot")), str)


@pytest.mark.parametrize(
    ("clause", "word"),
    [
        ("visits was more than 3 million", "million"),
        ("visits was more than 3 since May", "May"),
        ("IT was more than 3", "IT"),
        ("visits was twice more than 3", "twice"),
        ("visits was nearly more than 3", "nearly"),
        ("visits was more than $ 3", "$"),
        ("visits was more than 3 days", "days"),
        ("visits was more than 3 before October", "before"),
    ],
)
def test_whatever_is_not_understood_is_left_for_a_look_to_account_for(clause, word):
    goal = Goal(f"if {clause}, make a plot")
    found = read(goal.text)
    assert word in [goal.tokens[place] for place in found.words]


def test_words_in_quotation_marks_are_no_comparison():
    assert read("if the note 'no more than 3 or so' has more than 21 letters, make a plot").than == 21


def test_a_reader_that_forgets_a_word_is_found_out(monkeypatch):
    monkeypatch.setattr(clauses, "_UNREAD", re.compile("nothing at all"))
    assert any(isinstance(read_clause(Goal(text.format(c="visits was more than 21"))), Clause) for text in MEDDLING)


SUBJECTS = st.sampled_from(["Ada", "Ada Brown", "ada", "We", "They"])
FACTS = st.sampled_from(["moved to won status", "just left", "a bunch of overdue tasks", "sent the report"])
DOUBTS = (
    "If {s} has {f}, update it.",
    "Has {s} {f}? Update it.",
    "{s} has {f}? Update it.",
    "Check that {s} has {f}. Update it.",
    "I think {s} has {f}. Update it.",
    "{s} may have {f}. Update it.",
    "{s} has {f} or has not. Update it.",
    "Once {s} has {f}. Update it.",
    "{s} has {f}. If so, update it.",
    "{s} has {f}. In that case update it.",
    "Update it for {s}, who has {f}.",
    "Update it. {s} has {f}.",
    "Whoever has {f}. Update it.",
    "{s} has {f}, has it? Update it.",
    "{s} has any tasks. Update it.",
    "{s} has {f}. Update it when it is new.",
    "Provided {s} has {f}. Update it.",
    "Suppose {s} has {f}. Update it.",
    "See whether {s} has {f}. Update it.",
    "{s} hasn't {f}. Update it.",
)


@pytest.mark.spec("RP-106")
@given(st.sampled_from(DOUBTS), SUBJECTS, FACTS)
def test_no_condition_is_taken_for_a_fact(form, subject, fact):
    assert condition_in(form.format(s=subject, f=fact))


@pytest.mark.spec("RP-106")
@given(SUBJECTS, FACTS, st.sampled_from(["Can you update that in the crm?", "Please move them to done.", "Tell Bob."]))
def test_a_fact_before_the_order_is_no_condition(subject, fact, order):
    verb = "have" if subject in {"We", "They"} else "has"
    assert condition_in(f"{subject} {verb} {fact}. {order}") == ""


@given(st.lists(st.sampled_from([*"abc", "has", "if", "Ada", "moved", ".", "?", ",", "have"]), max_size=9))
def test_any_other_cue_is_always_a_cue(words):
    text = " ".join(words)
    found = [cue[0].lower() for cue in CONDITION.finditer(text)]
    assert bool(condition_in(text)) >= bool(set(found) - {"has", "have"})


def test_a_reader_that_casts_no_doubt_is_found_out(monkeypatch):
    monkeypatch.setattr(cues, "_DOUBT", re.compile("nothing at all"))
    assert not all(condition_in(form.format(s="Ada", f="moved to won status")) for form in DOUBTS)

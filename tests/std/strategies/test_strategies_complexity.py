"""Cues are whole words outside quotations: what merely contains the letters of a cue, or is quoted, counts nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.plugins.loading import load_object
from llmos_std.strategies.complexity import CUES, count_cues
from llmos_std.strategies.plugin import llmos_services

WORDS = ("file", "report", "standard", "strengthen", "android", "teamwork", "pipelines", "Anderson", "researcher")
other_words = st.lists(st.sampled_from(WORDS), max_size=6)


@given(other_words)
def test_words_that_merely_contain_a_cue_count_nothing(words: list[str]) -> None:
    assert count_cues(" ".join(words)) == 0


@given(other_words, st.sampled_from(CUES), other_words)
def test_a_cue_counts_wherever_it_stands_and_however_it_is_written(
    before: list[str], cue: str, after: list[str]
) -> None:
    plain = " ".join((*before, cue, *after))
    assert count_cues(plain) >= 1
    assert count_cues(plain) == count_cues(plain.upper()) == count_cues(plain.replace(" ", "\n  ") + "!")


@given(st.sampled_from(CUES), st.sampled_from(('"', "`")))
def test_quoted_cues_count_nothing(cue: str, mark: str) -> None:
    assert count_cues(f"write {mark}{cue} then {cue}{mark} to notes.txt") == 0


@pytest.mark.parametrize(
    ("goal", "cues"),
    [
        ("Strengthen the standard", 0),
        ("create hello.txt", 0),
        ("read a.txt and then b.txt", 2),
        ("Create a project for the shop", 1),
        ("analyze and report", 2),
        ("Research multiple vendors, coordinate the team", 4),
        ("open src/and/then.py", 0),
        ("", 0),
    ],
)
def test_the_documented_cues_are_counted_once_each(goal: str, cues: int) -> None:
    assert count_cues(goal) == cues


def test_the_counter_serves_as_complexity() -> None:
    (service,) = llmos_services()
    assert service.role == "complexity"
    assert load_object(service.factory)(None).count("fetch it and then delete it") == 2

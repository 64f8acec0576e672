"""Law of look-alikes: every spelling that is known to be taken for a name means it; ordinary ones mean themselves."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.lookalike import meanings

WIDE = {chr(ord("!") + n): chr(0xFF01 + n) for n in range(94)}
IGNORED = "\u200b\u200c\u200d\u2060\ufeff\u202e\u00ad"


@given(st.sampled_from([".git", ".llmos", ".bashrc"]), st.data())
def test_no_mixture_of_case_width_and_invisible_signs_hides_a_name(name, data):
    written = "".join(
        data.draw(st.sampled_from([sign, sign.upper(), WIDE[sign], WIDE[sign.upper()]]))
        + data.draw(st.sampled_from(["", *IGNORED]))
        for sign in name
    )
    written += data.draw(st.sampled_from(["", ".", " ", " .", ":x", "::$INDEX_ALLOCATION"]))
    assert name in meanings(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (".git\uff0fconfig", ".git"),
        ("a\u2215b", "a\u2215b"),
        ("..\uff0fsecret", ".."),
        ("\uff0e\uff0e", ".."),
        ("\u2025", ".."),
        (".. ", ".."),
        ("GIT~1", ".git"),
        ("LLMOS~1", ".llmos"),
        (".git\\config", ".git"),
        (".\u212aube", ".kube"),
    ],
)
def test_known_tricks_mean_what_they_are_taken_for(written, meant):
    assert meant in meanings(written)


@given(st.from_regex(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-]", fullmatch=True))
def test_an_ordinary_name_means_itself_alone(name):
    assert meanings(name) == (name.lower(),)


@pytest.mark.parametrize(
    "name", ["notes.md", "...", "a..b", "résumé.txt", "日本語", "A／B.txt", "x~", "gitignore", "…"]
)
def test_what_people_call_their_files_means_nothing_protected(name):
    assert not {".git", ".llmos", "..", "."} & set(meanings(name))


@given(st.text(max_size=8))
def test_composed_and_decomposed_names_mean_the_same(name):
    assert set(meanings(unicodedata.normalize("NFC", name))) == set(meanings(unicodedata.normalize("NFD", name)))

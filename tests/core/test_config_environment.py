"""A variable is read by the type of the key it sets; what fits nothing stays text, for the check to refuse.

Law: for every type, the text that TOML would write is read back as the value.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from config_worlds import World
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.environment import path_of, plain_value, settings_of, variable_of
from llmos_core.errors import ConfigError

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=8)
TYPED: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (int, st.integers(-(2**63), 2**63 - 1)),
    (float, st.floats(allow_nan=False)),
    (bool, st.booleans()),
    (int | None, st.integers(-9, 9)),
    (tuple[str, ...], st.lists(texts, max_size=3)),
    (dict[str, str], st.dictionaries(texts, texts, max_size=2)),
]


@given(st.sampled_from(TYPED).flatmap(lambda pair: st.tuples(st.just(pair[0]), pair[1])))
def test_what_toml_writes_is_read_back(pair: tuple[Any, Any]) -> None:
    kind, value = pair
    table = tomli_w.dumps({"v": [value]}) if isinstance(value, dict) else tomli_w.dumps({"v": value})
    text = table.partition("=")[2].strip()
    if isinstance(value, dict):
        text = text.removeprefix("[").removesuffix("]").strip().rstrip(",")
    assert plain_value(text, kind) == value


@given(texts)
def test_texts_and_amounts_are_taken_as_they_are(text: str) -> None:
    assert plain_value(text, str) == text
    assert plain_value(text, Decimal) == text


@given(texts, st.sampled_from([int, float, bool, tuple[str, ...], dict[str, str], int | None, Any]))
def test_reading_never_fails(text: str, kind: Any) -> None:
    plain_value(text, kind)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("True", bool, True),
        ("1", bool, "1"),
        ("none", Decimal | None, None),
        ("", int | None, None),
        ("none", str | None, "none"),
        ("", tuple[str, ...], []),
        ("a, b", tuple[str, ...], ["a", "b"]),
        ('["a, b"]', tuple[str, ...], ["a, b"]),
        ("1\nother = 2", int, "1\nother = 2"),
        ("abc", int, "abc"),
        ("1_000", int, 1000),
    ],
)
def test_examples(text: str, kind: Any, value: Any) -> None:
    assert plain_value(text, kind) == value


def test_only_names_with_a_joint_are_settings() -> None:
    environ = {"LLMOS_HOME": "x", "LLMOS_WORKSPACE": "y", "LLMOS_NEW_SWITCH": "z", "PATH": "p", "LLMOS_A__B": "1"}
    assert settings_of(environ) == {"LLMOS_A__B": "1"}


def test_names_lead_to_sections_and_back() -> None:
    assert variable_of("provider.litellm", "api_base") == "LLMOS_PROVIDER__LITELLM__API_BASE"
    assert path_of("LLMOS_PROVIDER__LITELLM__API_BASE") == ("provider", "litellm", "api_base")


def test_sections_with_dots_and_dashes_and_inner_keys_are_reached(tmp_path: Path) -> None:
    environ = {
        "LLMOS_DEEP__NESTED_ONE__INNER__DEPTH": "7",
        "LLMOS_SAMPLE__LABELS__A": "x",
        "LLMOS_SAMPLE__NAMES": "p,q",
    }
    config = World(tmp_path).load(environ)
    assert config.section("deep.nested-one").inner.depth == 7
    assert config.section("sample").labels == {"a": "x"}
    assert config.section("sample").names == ("p", "q")
    assert config.origin("deep.nested-one.inner.depth") == "LLMOS_DEEP__NESTED_ONE__INNER__DEPTH"


@pytest.mark.parametrize("kind", ["cold", "warm"])
def test_variables_that_set_nothing_are_noted(tmp_path: Path, kind: str) -> None:
    for _ in range(1 + (kind == "warm")):
        config = World(tmp_path).load({"LLMOS_HOME": "/x", "LLMOS_DEPTH": "1"})
    assert config.section("sample").word == "word"
    (depth,) = config.notes
    assert depth.startswith("LLMOS_DEPTH: sets nothing")


def test_variables_that_plainly_mean_a_setting_are_refused(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ConfigError) as caught:
            World(tmp_path).load({"LLMOS_WORD": "x", "LLMOS_SAMPLE_WORD": "x"})
        assert list(caught.value.problems) == [
            "LLMOS_SAMPLE_WORD: sets nothing; did you mean 'LLMOS_SAMPLE__WORD'?",
            "LLMOS_WORD: sets nothing; did you mean 'LLMOS_SAMPLE__WORD'?",
        ]

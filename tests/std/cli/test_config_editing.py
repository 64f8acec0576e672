"""Law: an edit changes the meaning of a text by exactly one key, and loses no comment that it does not tell."""

import tomllib
from collections import Counter
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.statements import comments_of, statements
from llmos_std.cli.config_editing import inline, with_value, without

words = st.sampled_from(["a", "b", "c.d", "x y", "é"])
scalars = (
    st.integers(-9, 9) | st.booleans() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8"), max_size=6)
)
values = scalars | st.lists(scalars, max_size=3)
tables = st.recursive(
    st.dictionaries(words, values, max_size=3),
    lambda inner: st.dictionaries(words, values | inner, max_size=3),
    max_leaves=5,
)
comments = st.sampled_from(["# one", "# [a]", "#two = 2", '# \'three\' """'])
paths = st.lists(words, min_size=1, max_size=4).map(tuple)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a TOML text with comments on lines of their own and behind statements, in some spelling."""
    lines: list[str] = []
    written = tomli_w.dumps(draw(tables), multiline_strings=False)
    for line in written.removesuffix("\n").split("\n"):
        if draw(st.integers(0, 4)) == 0:
            lines.append(draw(comments))
        is_whole = line and not line.startswith((" ", "]")) and not line.endswith("[")
        lines.append(f"{line}  {draw(comments)}" if is_whole and draw(st.integers(0, 4)) == 0 else line)
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines)
    tomllib.loads(text)
    return text + draw(st.sampled_from(["", "\n"]))


def put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        tree[key] = tree[key] if isinstance(tree.get(key), dict) else {}
        tree = tree[key]
    tree[path[-1]] = value


def pruned(value: Any) -> Any:
    """Return a value without empty tables, floats told from whole numbers."""
    if isinstance(value, dict):
        return {key: one for key, one in ((k, pruned(v)) for k, v in value.items()) if one != {}}
    return [pruned(one) for one in value] if isinstance(value, list) else repr(value)


def lost(before: str, after: str) -> Counter[str]:
    return Counter(comments_of(before)) - Counter(comments_of(after))


@pytest.mark.spec("CG-040")
@given(texts(), paths, values, st.integers(0, 2))
def test_setting_a_key_sets_that_key_and_nothing_else(text: str, path: tuple[str, ...], value: Any, depth: int) -> None:
    edit = with_value(text, path, value, depth=min(depth, len(path) - 1))
    wanted = tomllib.loads(text)
    put(wanted, path, value)
    assert pruned(tomllib.loads(edit.text)) == pruned(wanted)
    assert Counter(edit.lost) == lost(text, edit.text)


@pytest.mark.spec("CG-040")
@given(texts(), paths)
def test_taking_a_key_out_takes_out_that_key_and_nothing_else(text: str, path: tuple[str, ...]) -> None:
    edit = without(text, path)
    wanted: Any = tomllib.loads(text)
    inner = wanted
    for key in path[:-1]:
        inner = inner.get(key, {}) if isinstance(inner, dict) else {}
    if isinstance(inner, dict):
        inner.pop(path[-1], None)
    assert pruned(tomllib.loads(edit.text)) == pruned(wanted)
    assert Counter(edit.lost) == lost(text, edit.text)


@given(texts(), st.data())
def test_setting_a_key_that_is_there_touches_only_its_value(text: str, data: st.DataObject) -> None:
    tree = tomllib.loads(text)
    flat = [(key,) for key, value in tree.items() if not isinstance(value, dict)]
    flat += [
        (k, i) for k, v in tree.items() if isinstance(v, dict) for i, one in v.items() if not isinstance(one, dict)
    ]
    if not flat:
        return
    path = data.draw(st.sampled_from(flat))
    edit = with_value(text, path, 12345, depth=len(path) - 1)
    rest = {text[:start] + text[end:]: text[start:end] for start, end in spans(text)}
    value = rest[edit.text.replace("12345", "", 1)]
    assert Counter(edit.lost) == Counter(comments_of(value))


def spans(text: str) -> list[tuple[int, int]]:
    return [(one.value_start, one.value_end) for one in statements(text)]


@given(values | tables)
def test_a_value_on_one_line_means_the_value(value: Any) -> None:
    assert "\n" not in inline(value)
    assert pruned(tomllib.loads(f"v = {inline(value)}")["v"]) == pruned(value)


FILE = """# mine
preset = "testing" # p

[kernel] # money
# at most this
budget_usd = 3 # three

# the model
[model]
provider = "builtin"
"""


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("kernel", "budget_usd"), 5, "budget_usd = 3 # three", "budget_usd = 5 # three"),
        (("kernel", "x"), 1, "budget_usd = 3 # three\n", "budget_usd = 3 # three\nx = 1\n"),
        (("model", "x"), "y", 'provider = "builtin"\n', 'provider = "builtin"\nx = "y"\n'),
        (("web", "x"), [1], 'provider = "builtin"\n', 'provider = "builtin"\n\n[web]\nx = [1]\n'),
        (("preset",), "production", '"testing"', '"production"'),
        (("other",), 1, "# p\n", "# p\nother = 1\n"),
        (("kernel", "t", "a.b"), 1, "# three\n", '# three\nt."a.b" = 1\n'),
    ],
)
def test_a_new_line_stands_where_a_person_would_write_it(path: tuple[str, ...], value: Any, old: str, new: str) -> None:
    edit = with_value(FILE, path, value, depth=max(len(path) - 1, 0) if path[:2] != ("kernel", "t") else 1)
    assert edit.text == FILE.replace(old, new, 1)
    assert edit.lost == ()


def test_what_cannot_be_edited_in_place_is_written_anew_and_the_loss_is_told() -> None:
    edit = with_value("# head\n[[a]] # one\nx = 1\n[[a]] # two\nx = 2\n", ("a", "x"), 3, depth=1)
    assert tomllib.loads(edit.text) == {"a": {"x": 3}}
    assert edit.text.startswith("# head\n")
    assert edit.lost == ("# one", "# two")


def test_a_section_goes_with_its_lines_and_tells_their_comments() -> None:
    edit = without(FILE, ("kernel",))
    assert edit.text == FILE.replace("[kernel] # money\n# at most this\nbudget_usd = 3 # three\n", "# at most this\n")
    assert edit.lost == ("# money", "# three")
    assert without(FILE, ("nothing",)).text == FILE

"""Law: for every text that tomllib accepts, the statements say the same as tomllib, and stand where they say."""

import tomllib
from typing import Any

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.statements import comments_of, statements
from llmos_core.config.toml import key_lines

texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ['"""', "'''", "# no", "[x]", "a = 1", "\\"]
)
keys = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(["a", "b", "a.b", "'", '"', "#"])
values = st.recursive(
    texts | st.integers(-9, 9) | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
trees = st.dictionaries(keys, values, max_size=4)


def meaning(text: str) -> dict[str, Any]:
    """Put the tree together from the statements alone, each value read by itself."""
    tree: dict[str, Any] = {}
    for one in statements(text):
        table: Any = tree
        for position, key in enumerate(one.keys[:-1] if not one.is_table or one.is_array else one.keys):
            is_own = one.is_table and one.is_array and position == len(one.keys) - 1
            table = table.setdefault(key, [] if is_own else {})
            table = table[-1] if isinstance(table, list) else table
        if one.is_table and one.is_array:
            table.setdefault(one.keys[-1], []).append({})
        elif not one.is_table:
            table[one.keys[-1]] = tomllib.loads(f"v = {text[one.value_start : one.value_end]}")["v"]
    return tree


@given(trees, st.booleans())
def test_the_statements_of_a_text_mean_what_the_text_means(tree: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(tree, multiline_strings=multiline)
    assert meaning(text) == tomllib.loads(text)


@given(trees)
def test_every_statement_begins_on_its_line(tree: dict[str, Any]) -> None:
    text = "# first\n\n" + tomli_w.dumps(tree)
    for one in statements(text):
        assert text.count("\n", 0, one.start) + 1 == one.line
        assert one.start < one.value_start <= one.value_end <= one.end
        assert text[one.start] not in " \t\n#"


HARD = '''# top # still top
a = 1 # one
"b.c" . d = """x = 1
[y]
""""" # five quotes
e = \'\'\'# no comment
\'\'\'\'\'
[t."x y"] # table
rows = [ # c ]
  [1, 2], # ]
  "]#", { a = "}" },
] # tail
z = 'x'
[[q]]
n = 5
[[q]]
n = 6
'''


def test_a_hard_text() -> None:
    assert meaning(HARD) == tomllib.loads(HARD)
    lines = key_lines(HARD)
    expected = {
        "a": 2,
        "b.c.d": 3,
        "e": 6,
        "t": 8,
        "t.x y": 8,
        "t.x y.rows": 9,
        "t.x y.z": 13,
        "q": 14,
        "q.n": 15,
        "q[1]": 16,
        "q[1].n": 17,
    }
    assert expected.items() <= lines.items()
    assert comments_of(HARD) == [
        "# top # still top",
        "# one",
        "# five quotes",
        "# table",
        "# c ]",
        "# ]",
        "# tail",
    ]


def test_windows_line_ends_and_a_missing_last_one() -> None:
    text = "[a]\r\nb = 1 # c\r\n# d\r\nc = [\r\n1]"
    assert [(one.keys, one.line, text[one.start : one.end]) for one in statements(text)] == [
        (("a",), 1, "[a]"),
        (("a", "b"), 2, "b = 1"),
        (("a", "c"), 4, "c = [\r\n1]"),
    ]
    assert comments_of(text) == ["# c", "# d"]

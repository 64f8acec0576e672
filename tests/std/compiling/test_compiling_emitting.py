"""Law: same trace, same bytes; and nothing that came from a tool, a model or a goal is ever more than a literal."""

import ast
import io
import re
import tokenize
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.errors import UsageError
from llmos_core.testing.records import small_trace
from llmos_core.types.record import evolve
from llmos_core.types.trace import Trace
from llmos_std.compiling.emitting import function_name, module_name, source_of
from llmos_std.compiling.literals import flat, literal
from llmos_std.compiling.loading import load
from llmos_std.memory.document import Document
from llmos_std.memory.reader import parse
from llmos_std.memory.writer import render
from worlds.traces import traces

HOSTILE = (
    '"""\nimport os\nos.system("true")\n"""',
    "'''); raise SystemExit #",
    "line\nend\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029",
    "\x00\ud800\udfff\ufeff\u202e\u200b",
    "\\",
    '\\"""\\',
    "{names} {0} %s {{}}",
    "\N{SNOWMAN}" * 300,
    "\n" * 300,
    "a" * 5_000,
)
OUR_COMMENT = re.compile(
    r"# Step \d+ of \d+ \([a-z_]+\)(: nothing recorded here could tell right from wrong)?|# The answer stands only .*"
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None, exclude_categories=()), max_size=40))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)


@st.composite
def hostile_traces(draw: st.DrawFn) -> Trace:
    """Draw a trace in which every text that can come from outside is hostile."""
    trace = draw(traces())
    steps = tuple(
        evolve(
            step, tool=draw(texts), fingerprint=draw(texts), arguments=draw(st.dictionaries(texts, values, max_size=3))
        )
        for step in trace.steps
    )
    return evolve(trace, goal=draw(texts), answer=draw(texts), episodes=(draw(texts),), steps=steps)


def constants(tree: ast.AST) -> list[Any]:
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


@pytest.mark.spec("RP-073")
@given(values, st.integers(0, 40))
def test_a_literal_is_its_value_and_nothing_else(value: Any, indent: int) -> None:
    for source in (literal(value, indent), flat(value)):
        assert ast.literal_eval(source) == value
        assert all(char == "\n" or char.isprintable() for char in source)
        assert source.encode().decode() == source
    assert "\n" not in flat(value)


@pytest.mark.spec("RP-073")
@settings(deadline=None)
@given(hostile_traces())
def test_whatever_a_trace_holds_its_code_has_the_emitted_form(trace: Trace) -> None:
    source = source_of(trace)
    function = load(source, "hostile")
    assert function.__name__ == function_name(trace.goal)  # type: ignore[attr-defined]
    found = constants(ast.parse(source))
    for step in trace.steps:
        assert step.tool in found
        assert step.fingerprint in found
    assert trace.answer in found


@pytest.mark.spec("RP-073")
@settings(deadline=None)
@given(hostile_traces())
def test_the_lines_are_ours_and_every_string_stands_in_one(trace: Trace) -> None:
    source = source_of(trace)
    tree = ast.parse(source)
    kinds = {type(node).__name__ for node in ast.walk(tree)}
    assert kinds <= {
        *("Module", "Expr", "Constant", "ImportFrom", "alias", "AsyncFunctionDef", "arguments", "arg", "Name", "Load"),
        *("Store", "Assign", "Call", "keyword", "Await", "Attribute", "If", "Compare", "NotEq", "Eq", "NotIn", "List"),
        *("Dict", "Raise", "BoolOp", "And", "UnaryOp", "Not", "USub", "Return"),
    }
    for token in tokenize.generate_tokens(io.StringIO(source, newline="\n").readline):
        assert token.type != tokenize.COMMENT or OUR_COMMENT.fullmatch(token.string)


@pytest.mark.spec("RP-074")
@settings(deadline=None)
@given(traces())
def test_the_same_trace_gives_the_same_bytes_also_after_it_was_stored(trace: Trace) -> None:
    try:
        stored = parse(render(Document(trace=trace)), "x").trace
    except Exception:  # noqa: BLE001 – not every drawn trace can be stored
        return
    shuffled = evolve(
        trace, steps=tuple(evolve(s, arguments=dict(reversed(list(s.arguments.items())))) for s in trace.steps)
    )
    assert source_of(trace) == source_of(stored) == source_of(shuffled)


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        ("Create a file hello.txt that says hi", "create_a_file_hello_txt_that_says_hi"),
        ("call", "reach_call"),
        ("import", "reach_import"),
        ("2 + 2", "reach_2_2"),
        ("日本語", "reach_goal"),
        ("__class__", "reach_class"),
    ],
)
def test_a_function_is_named_after_its_goal_in_plain_letters(goal: str, name: str) -> None:
    trace = evolve(small_trace(), goal=goal)
    assert function_name(trace.goal) == name
    assert module_name(trace) == f"{name}_{trace.id[:8]}"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"x"])
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no JSON value"):
        literal(value)


GOOD = source_of(small_trace())
SMUGGLED = [
    ("import os\n", "ImportFrom|Import|expected"),
    ("    __import__('os')\n", "__import__"),
    ("    call.__globals__\n", "the attribute __globals__"),
    ("    open('x')\n", "open"),
    ("    [x for x in call]\n", "ListComp"),
    ("    (lambda: 0)()\n", "Lambda|unnamed"),
    ("    from llmos_std.providers import litellm\n", "an import of llmos_std.providers"),
    ("    from llmos_std.compiling.program import digest\n", "an import"),
    ("    'x'.format(call)\n", "format"),
    ("    f'{call}'\n", "JoinedStr"),
    ("    while True: pass\n", "While"),
    ("    done_1 = eval\n", "the name eval"),
]


@pytest.mark.spec("RP-075")
@pytest.mark.parametrize(("line", "said"), SMUGGLED)
def test_code_of_any_other_form_is_not_run(line: str, said: str) -> None:
    load(GOOD, "good")
    source = line + GOOD if not line.startswith(" ") else GOOD + line
    with pytest.raises(UsageError, match=said):
        load(source, "bad")


@pytest.mark.spec("RP-075")
def test_the_emitted_code_imports_only_what_it_is_written_in() -> None:
    imports = [node for node in ast.walk(ast.parse(GOOD)) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [getattr(node, "module", None) for node in imports] == ["llmos_std.compiling.program"]

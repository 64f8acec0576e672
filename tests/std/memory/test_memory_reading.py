"""Law: whatever the bytes are, reading gives a document or one TraceError; an edited trace is never trusted."""

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmos_core.errors import TraceError
from llmos_core.types.trace import TraceState
from llmos_std.memory.document import FRONT_KEYS, Document
from llmos_std.memory.reader import parse
from llmos_std.memory.writer import render
from worlds.traces import make_step, make_trace, texts

unhurried = settings(deadline=None)

TRACE = make_trace(steps=(make_step(), make_step(turn=1, tool="Read", arguments={"path": "greeting.txt"})))
PLAIN = render(Document(trace=TRACE))
NOTES_AT = PLAIN.index(b"\n## Notes")


def edited(old: str, new: str, data: bytes = PLAIN) -> bytes:
    text = data.decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def message_of(data: bytes) -> str:
    with pytest.raises(TraceError) as caught:
        parse(data, "x.md")
    assert str(caught.value).startswith(f"x.md, line {caught.value.line}: ")
    assert caught.value.path == "x.md"
    return str(caught.value)


@pytest.mark.spec("TR-022")
@unhurried
@given(st.integers(0, len(PLAIN) - 1), st.integers(1, 255))
def test_after_one_changed_byte_a_trace_that_may_act_is_the_same_program(at: int, flip: int) -> None:
    changed = bytearray(PLAIN)
    changed[at] ^= flip
    try:
        found = parse(bytes(changed), "x.md").trace
    except TraceError:
        return
    assert found.state is TraceState.EDITED or found.seal == TRACE.seal


@pytest.mark.spec("TR-004", "TR-007")
@unhurried
@given(st.integers(0, NOTES_AT + len("\n## Note")))
def test_a_file_that_is_cut_anywhere_before_its_notes_is_refused(length: int) -> None:
    assert "line" in message_of(PLAIN[:length])


@unhurried
@given(st.binary(max_size=200) | texts().map(lambda text: text.encode("utf-8", "replace")))
@example(b"")
@example(b"---\n---\n")
@example(b"---\n" + b"[" * 100_000 + b"\n---\n")
@example(b"---\nschema: " + b"[" * 100_000 + b"\n---\n")
def test_any_bytes_give_one_trace_error(data: bytes) -> None:
    assert message_of(data)


@unhurried
@given(st.integers(0, PLAIN.count(b"\n")), texts())
def test_any_line_put_in_anywhere_is_refused_or_harmless(at: int, text: str) -> None:
    lines = PLAIN.split(b"\n")
    lines.insert(at, text.encode("utf-8", "replace"))
    try:
        found = parse(b"\n".join(lines), "x.md").trace
    except TraceError:
        return
    assert found.state is TraceState.EDITED or found.seal == TRACE.seal


@pytest.mark.spec("TR-001")
@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b'"\n', b'" \t\n').replace(b"---\n", b"--- \n").replace(b"```\n", b"```  \n"),
        PLAIN.replace(b"\n---\n", b"\n\n---\n\n\n").replace(b"\nturn", b"\n\nturn").replace(b"\nobs", b"\n\nobs"),
        PLAIN.rstrip(b"\n"),
    ],
    ids=["byte order mark", "CRLF", "white space at line ends", "blank lines", "no last line end"],
)
def test_what_editors_leave_behind_changes_nothing(data: bytes) -> None:
    assert parse(data).trace == TRACE


@pytest.mark.spec("TR-022")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('path: "greeting.txt"', 'path: "other.txt"'),
        ("    world!", "    moon!"),
        ("  content: |\n    Hello,\n    world!\n", '  content: "Hello"\n'),
        ('answer: "Done."', 'answer: "Nearly."'),
        ('goal_text: "Write', 'goal_text: "Draw'),
        ("aliases: []", 'aliases: ["Delete everything"]'),
        ("negative_goals: []", 'negative_goals: ["x"]'),
        ('goal_signature: "', 'goal_signature: "x'),
        ("context: {}", 'context: {"inputs": {}}'),
        ('effect: "idempotent_write"', 'effect: "read"'),
        ("turn: 1", "turn: 0"),
        ('before: {"state": "absent"}', "before: null"),
        ('seal: "', 'seal: "0'),
        ('tools_used: ["Write", "Read"]', 'tools_used: ["Read"]'),
        (f'id: "{TRACE.id}"', 'id: "0123456789abcdef"'),
    ],
)
def test_a_change_by_hand_to_what_it_does_or_matches_leaves_it_edited(old: str, new: str) -> None:
    assert parse(edited(old, new)).trace.state is TraceState.EDITED


@pytest.mark.spec("TR-024")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("usage_count: 0", "usage_count: 12"),
        ("success_rating: 0.75", "success_rating: 1"),
        ('episodes: ["run-1"]', "episodes: []"),
        ('model: "openai/gpt-test"', 'model: ""'),
        ("# Write a greeting", "# My own words"),
        ('preview: "Wrote greeting.txt"', 'preview: ""'),
        ("Free text for people", "---\n```yaml\n### Step 1 · Bash\n## Notes\n\x00"),
    ],
)
def test_a_change_by_hand_to_anything_else_does_not_matter(old: str, new: str) -> None:
    found = parse(edited(old, new)).trace
    assert found.state is TraceState.LEARNED
    assert found.seal == TRACE.seal


@pytest.mark.parametrize("state", ["imported", "retired", "edited"])
def test_a_state_that_a_person_set_is_kept(state: str) -> None:
    assert parse(edited('state: "learned"', f'state: "{state}"')).trace.state.value == state


@pytest.mark.spec("TR-002")
@pytest.mark.parametrize("key", FRONT_KEYS)
def test_every_key_of_the_front_matter_must_stand_there_once(key: str) -> None:
    lines = PLAIN.decode().split("\n")
    (at,) = [number for number, line in enumerate(lines[:30]) if line.startswith(f"{key}: ")]
    without = "\n".join(lines[:at] + lines[at + 1 :]).encode()
    twice = "\n".join([*lines[: at + 1], *lines[at:]]).encode()
    assert f"missing: {key}" in message_of(without)
    assert f"line {at + 2}: '{key}' stands here twice" in message_of(twice)


@pytest.mark.spec("TR-002", "TR-007")
@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('goal_text: "Write a greeting"', "goal_text: Write a greeting", "line 5: expected one JSON value"),
        ('goal_text: "Write a greeting"', "goal_text: 5", "line 5: goal_text: expected text in double quotes"),
        ('goal_text: "', 'goal_text:"', "line 5: expected ': ' after the name"),
        ('state: "learned"', 'state: "trusted"', "line 6: state: expected one of learned, edited"),
        ("usage_count: 0", "usage_count: -1", "line 14: usage_count: expected a whole number"),
        ("usage_count: 0", "usage_count: true", "line 14: usage_count: expected a whole number"),
        ("usage_count: 0", "usage_count: 99999999999999999999", "line 14: usage_count: expected a whole number"),
        ("success_rating: 0.75", "success_rating: 75", "line 13: success_rating: expected a number from 0 to 1"),
        ("success_rating: 0.75", "success_rating: NaN", "line 13: expected one JSON value"),
        ("estimated_time_secs: 2.5", "estimated_time_secs: 1e999", "line 12: expected one JSON value"),
        ("saved_usd: 0", "saved_usd: -1", "line 18: saved_usd: expected an amount"),
        ("saved_usd: 0", 'saved_usd: "1"', "line 18: saved_usd: expected an amount"),
        ("saved_usd: 0", "saved_usd: 1e-99", "line 18: expected plain decimal digits"),
        ("aliases: []", "aliases: [1]", "line 20: aliases: expected a list of texts"),
        ("context: {}", 'context: {"a": 1, "a": 2}', "a key occurs twice in one object"),
        ("context: {}", "context: {} # none", "there is more after the value"),
        ("seal: ", "color: 1\nseal: ", "line 25: unknown key 'color'"),
        ("seal: ", "# a comment\nseal: ", "line 25: expected"),
        ("turn: 1", "turn: 1.0", "line 60: turn: expected a whole number"),
        ("turn: 1", "turn: 1\ncolor: 2", "line 61: unknown key 'color'"),
        ("turn: 1", "turn: 1\nturn: 1", "line 61: 'turn' stands in this step twice"),
        ("turn: 1\n", "", "missing: turn"),
        ('tool: "Read"', 'tool: "Bash"', "line 55: the heading is not that of the block below"),
        ("### Step 2 · Read", "### Step 3 · Read", "line 55: expected '### Step 2 · …'"),
        ('  path: "greeting.txt"', '   path: "greeting.txt"', "line 40: the name ' path' must stand at column 3"),
        ('  path: "greeting.txt"', '  on: "greeting.txt"', "line 40: the name 'on'"),
        ('  path: "greeting.txt"', '  "path: "greeting.txt"', "line 40: "),
        ('  path: "greeting.txt"', '  path: "a"\n  path: "b"', "line 41: 'path' stands here twice"),
        ("    Hello,", "     Hello,", "line 42: lines of a block begin with four spaces"),
        ("    Hello,\n    world!\n", "", "line 41: the block has no text"),
        ('  status: "ok"', '  status: "fine"', "status: expected one of ok, error, denied, unknown"),
        ('before: {"state": "absent"}', "before: 5", "line 44: before: expected a JSON object or null, found 5"),
        ("arguments:\n", "arguments:\nx: 1\n", "expected the values of 'arguments'"),
        ("## Execution Steps", "## Steps", "line 30: expected '## Execution Steps'"),
        ("# Write a greeting", "Write a greeting", "line 28: expected the title"),
        ("```yaml", "```", "line 34: expected '```yaml'"),
        ("```yaml", "Some prose.\n\n```yaml", "line 34: expected '```yaml'"),
    ],
)
def test_what_is_not_expected_is_refused_with_its_line(old: str, new: str, complaint: str) -> None:
    assert complaint in message_of(edited(old, new))


@pytest.mark.spec("TR-003")
def test_another_version_is_refused_before_anything_else() -> None:
    other = b'---\nschema: "llmos.trace/2"\nkeys of the future\n'
    assert "line 2: expected schema \"llmos.trace/1\", found 'llmos.trace/2'" in message_of(other)


@pytest.mark.spec("TR-011")
@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u200b", "\ufeff", "\r"])
def test_a_hidden_character_is_refused_with_its_line(hidden: str) -> None:
    assert "line 42: the hidden character U+" in message_of(edited("    Hello", "    Hel" + hidden + "lo"))


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert "line 28: byte 0xe9 is not UTF-8" in message_of(PLAIN.replace(b"# Write a", b"# Write \xe9"))


@pytest.mark.spec("TR-008")
def test_money_is_read_from_its_digits() -> None:
    digits = "0.1000000000000000055511151231257827"
    found = parse(edited("estimated_cost_usd: 0.0123", f"estimated_cost_usd: {digits}"))
    assert str(found.trace.cost_usd) == digits


@pytest.mark.spec("TR-016")
@unhurried
@given(texts().map(lambda text: text.encode("utf-8", "replace").decode().replace("\r\n", "\n")))
def test_title_and_notes_of_a_person_are_kept_by_rewriting(notes: str) -> None:
    changed = edited("# Write a greeting", "# Our greeting", PLAIN[:NOTES_AT] + b"\n## Notes\n" + notes.encode())
    document = parse(changed)
    assert document.trace == TRACE
    assert render(attrs.evolve(document, trace=attrs.evolve(TRACE, episodes=("run-1", "run-2")))) == edited(
        'episodes: ["run-1"]', 'episodes: ["run-1", "run-2"]', changed
    )

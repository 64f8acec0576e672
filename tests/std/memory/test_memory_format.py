"""Law: reading what was written gives the same trace, whatever its texts hold; nothing in them becomes structure."""

import re
from decimal import Decimal
from typing import Any

import attrs
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmos_core.errors import TraceError
from llmos_core.types.trace import Statistics, Trace, TraceState
from llmos_std.memory.document import FRONT_KEYS, STEP_KEYS, Document
from llmos_std.memory.reader import parse, read_structure
from llmos_std.memory.writer import render
from worlds.traces import make_step, make_trace, objects, statistics, texts, traces

unhurried = settings(deadline=None)

PLAIN = render(Document(trace=make_trace()))

STRUCTURE = re.compile(
    rf"""---$ | (?:{"|".join(FRONT_KEYS)}):\ | $ | \#\ | \#\#\ Execution\ Steps$ | \#\#\#\ Step\ \d+\ ·
    | ```yaml$ | ```$ | (?:{"|".join(STEP_KEYS)}):(?:\ |$) | \ \ [A-Za-z_"] | \ \ \ \ """,
    re.VERBOSE,
)


@pytest.mark.spec("TR-014")
@unhurried
@given(traces(), statistics())
@example(make_trace(), Statistics())
def test_reading_what_was_written_gives_the_same_and_writing_it_again_the_same_bytes(
    trace: Trace, counters: Statistics
) -> None:
    data = render(Document(trace=trace, statistics=counters))
    document = parse(data)
    assert document.trace == trace
    assert document.statistics == counters
    assert document.seal == trace.seal
    assert render(document) == data


@pytest.mark.spec("TR-010", "TR-011")
@unhurried
@given(traces())
def test_every_line_before_the_notes_begins_with_structure_of_ours(trace: Trace) -> None:
    text = render(Document(trace=trace)).decode()
    machine = text.partition("\n\n## Notes\n")[0]
    assert all(STRUCTURE.match(line) for line in machine.split("\n"))
    assert machine.splitlines() == machine.split("\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]", machine)


@pytest.mark.spec("TR-010")
@unhurried
@given(texts(), st.integers(0, 11))
def test_text_planted_anywhere_changes_neither_steps_nor_tools_nor_state_nor_counters(text: str, place: int) -> None:
    planted = render(Document(trace=planted_trace(text, place), statistics=Statistics(uses=3, score=55)))
    document = parse(planted)
    assert [step.tool for step in document.trace.steps] == ["Read", "Write"]
    assert document.trace.state is TraceState.LEARNED
    assert document.statistics == Statistics(uses=3, score=55)
    assert document.trace.seal == planted_trace(text, place).seal


def planted_trace(text: str, place: int) -> Trace:
    """Two steps, with `text` at one of twelve places."""
    plain = make_step(tool="Read", arguments={"path": "a"})
    observation = attrs.evolve(plain.observation, preview=text[:400])
    places: list[dict[str, Any]] = [
        {"goal": text},
        {"answer": text},
        {"aliases": (text, text)},
        {"negative_goals": (text,)},
        {"context": {"inputs": {text: text}}},
        {"goal_signature": text},
        {"model": text},
        {"step": {"arguments": {"content": text, "path": text}}},
        {"step": {"arguments": {text: text}}},
        {"step": {"observation": observation}},
        {"step": {"before": {"state": text}, "after": {text: [text]}}},
        {"episodes": (text,)},
    ]
    changes = dict(places[place])
    second = make_step(turn=1, **changes.pop("step", {}))
    return make_trace(steps=(plain, second), **changes)


@pytest.mark.spec("TR-013")
@unhurried
@given(traces())
def test_yaml_reads_front_matter_and_steps_alike(trace: Trace) -> None:
    data = render(Document(trace=trace))
    ours = read_structure(data)
    front, _, body = data.decode().removeprefix("---\n").partition("\n---\n")
    blocks = re.findall(r"^```yaml\n(.*?)\n```$", body, re.DOTALL | re.MULTILINE)
    assert plain_numbers(ours["front"]) == unwrapped(load(front))
    assert ours["steps"] == [unwrapped_step(load(block + "\n")) for block in blocks]


def load(text: str) -> dict[str, Any]:
    return dict(yaml.load(text, yaml.CSafeLoader))


def plain_numbers(front: dict[str, Any]) -> dict[str, Any]:
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in front.items()}


def unwrapped(values: dict[str, Any]) -> dict[str, Any]:
    """Put back what stands as {"$json": text}: the one form that means more than YAML says."""
    import json

    return {
        key: json.loads(value["$json"]) if isinstance(value, dict) and list(value) == ["$json"] else value
        for key, value in values.items()
    }


def unwrapped_step(step: dict[str, Any]) -> dict[str, Any]:
    found = unwrapped(step)
    if found["arguments"] == step["arguments"]:
        found["arguments"] = unwrapped(step["arguments"])
    return {**found, "observation": unwrapped(found["observation"])}


@pytest.mark.spec("TR-012")
@unhurried
@given(st.lists(st.sampled_from(["word", " ", "\t", "\n", "é", "# x", "---", "```", "\u2028", "\r"]), max_size=12))
def test_a_block_is_written_only_where_editors_and_yaml_keep_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    data = render(Document(trace=make_trace(steps=(make_step(arguments={"content": text}),)))).decode()
    is_block = re.search(r"^  content: \|2?-?$", data, re.MULTILINE) is not None
    has_two_lines = "\n" in text.removesuffix("\n")
    is_safe = not re.search(r"[ \t](?:\n|$)|\n\n$|[\r\u2028]", text)
    assert is_block == (has_two_lines and is_safe)


def test_a_written_file_shows_its_text_as_it_is() -> None:
    assert '  path: "greeting.txt"\n  content: |\n    Hello,\n    world!\nbefore: ' in PLAIN.decode()


@unhurried
@given(objects())
def test_the_order_of_arguments_does_not_change_the_bytes(arguments: dict[str, Any]) -> None:
    backwards = dict(reversed(arguments.items()))
    one, other = (make_trace(steps=(make_step(arguments=each),)) for each in (arguments, backwards))
    assert render(Document(trace=one)) == render(Document(trace=other))


def test_steps_are_numbered_from_one() -> None:
    trace = make_trace(steps=tuple(make_step(turn=turn) for turn in range(12)))
    numbers = re.findall(r"^### Step (\d+) ·", render(Document(trace=trace)).decode(), re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 13)]


def test_a_megabyte_in_every_text_comes_back() -> None:
    text = "line of text\n" * 80_000 + "\x00"
    for place in range(12):
        trace = planted_trace(text, place)
        assert parse(render(Document(trace=trace))).trace.seal == trace.seal


@pytest.mark.spec("TR-015")
def test_previews_are_cut_to_400_characters() -> None:
    long = attrs.evolve(make_step().observation, preview="é" * 401)
    stored = parse(render(Document(trace=make_trace(steps=(make_step(observation=long),)))))
    assert stored.trace.steps[0].observation.preview == "é" * 400


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: "x"}, object(), b"x", {"a": {2}}])
def test_what_json_cannot_hold_is_refused_by_name(value: object) -> None:
    trace = Trace(goal="g", goal_signature="s", steps=(), answer="", context={"x": value})
    with pytest.raises(TraceError, match="the trace of 'g' cannot be stored"):
        render(Document(trace=trace, stored_id="0" * 16, seal="0"))

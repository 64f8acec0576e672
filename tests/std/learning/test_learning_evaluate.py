"""Law: a held-out run is decided without anything of its own instance, and every figure can come out badly."""

import json
from pathlib import Path

import pytest

from llmos_core.errors import UsageError
from llmos_core.types.tools import Effect
from llmos_std.learning.evaluating import Log, evaluate, known_truth
from llmos_std.learning.logs import read_effects, read_runs, read_truth

CITIES = {"Oslo": "NO-1", "Lima": "PE-7", "Kyiv": "UA-3", "Bern": "CH-9", "Rome": "IT-5", "Doha": "QA-2"}


def booking(city, *, booked=None, wording="Book a room in {city}", **more):
    """One line of a log: look for a city's code, then book it."""
    calls = [
        {"tool": "find", "args": {"name": city}, "output": {"place": CITIES[city]}},
        {"tool": "book", "args": {"place": booked or CITIES[city]}, "output": "ok"},
    ]
    return {"goal": wording.format(city=city), "calls": calls, "succeeded": True, "task": city, **more}


def written(folder: Path, *lines: object) -> Path:
    file = folder / "runs.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return file


EFFECTS = {"find": Effect.READ, "book": Effect.IRREVERSIBLE}


def verdicts(folder, *lines, truth=None, shots=None):
    log = Log(read_runs(written(folder, *lines), EFFECTS))
    return list(evaluate(log, known_truth(log) if truth is None else truth, shots=shots))


def test_enough_other_instances_let_each_be_followed_rightly(tmp_path):
    found = verdicts(tmp_path, *map(booking, CITIES))
    assert [(one.would, one.is_right) for one in found] == [("follow", True)] * len(CITIES)
    assert dict(found[0].calls[1].arguments) == {"place": "NO-1"}


def test_a_wrong_follow_is_counted_as_wrong(tmp_path):
    truth = {city: [("book", {"place": "elsewhere"})] for city in CITIES}
    found = verdicts(tmp_path, *map(booking, CITIES), truth=truth)
    assert {(one.would, one.is_right) for one in found} == {("follow", False)}


def test_shots_limit_what_may_be_known(tmp_path):
    found = verdicts(tmp_path, *(booking(city, intent="book") for city in CITIES), shots=2)
    assert {(one.would, one.is_right) for one in found} == {("mixed", True)}
    assert max(one.decision.evidence or len(one.decision.proposals[0].program.examples) for one in found) == 2


def test_an_instance_never_teaches_itself(tmp_path):
    lines = [booking("Oslo") for _ in range(3)]
    for number, line in enumerate(lines):
        line["calls"][0]["output"]["run"] = number
    found = verdicts(tmp_path, *lines)
    assert [one.decision.evidence for one in found] == [0, 0, 0]


def test_the_oracle_refuses_what_no_filling_makes_right(tmp_path):
    truth = {city: [("cancel", {"place": "x"})] for city in CITIES}
    found = verdicts(tmp_path, *(booking(city, intent="book") for city in CITIES), truth=truth, shots=2)
    assert {(one.would, one.is_right, one.is_refused) for one in found} == {("mixed", False, True)}


@pytest.mark.spec("RP-114")
def test_what_was_begun_and_stopped_by_what_it_saw_counts_as_learned(tmp_path):
    lines = [booking(city, intent="book") for city in CITIES]
    lines[0]["calls"][0]["output"] = {"elsewhere": 1}  # a look of another shape, in the instance that is held out
    found = verdicts(tmp_path, *lines)
    assert [(one.would, one.is_right) for one in found] == [("learn", None)] + [("follow", True)] * 5


def test_message_logs_are_read_like_lists_of_calls(tmp_path):
    call = {"id": "1", "function": {"name": "find", "arguments": '{"name": "Oslo"}'}}
    messages = [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "Book a room in Oslo"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": '{"place": "NO-1"}'},
    ]
    run = read_runs(written(tmp_path, {"messages": messages}), EFFECTS)[0]
    assert (run.goal, run.calls[0].tool, dict(run.calls[0].arguments)) == (
        "Book a room in Oslo",
        "find",
        {"name": "Oslo"},
    )
    assert run.calls[0].effect is Effect.READ


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "runs.jsonl:1"),
        ('{"goal": "x"}', "calls"),
        ('{"calls": []}', "no goal"),
        ('{"goal": "x", "calls": [{"tool": 1}]}', "call 1"),
        ('\n\n"text"', "runs.jsonl:3"),
        ('{"goal": "x", "calls": [{"tool": "a", "args": []}]}', "call 1"),
    ],
)
def test_a_broken_log_names_its_line(tmp_path, text, named):
    file = tmp_path / "runs.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=named):
        read_runs(file, {})


def test_unknown_effects_and_shapes_are_refused(tmp_path):
    file = tmp_path / "tools.json"
    file.write_text('{"find": {"effect": "harmless"}}', "utf-8")
    with pytest.raises(UsageError, match="'find'"):
        read_effects(file)
    file.write_text('{"task": "a", "effects": [["tool"]]}', "utf-8")
    with pytest.raises(UsageError, match="effects"):
        read_truth(file)

"""Law: what was saved is a private, durable file; learning again adds evidence; only a person seals an edit."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.errors import TraceError, UsageError
from llmos_core.types.json import digest
from llmos_core.types.trace import Trace, TraceState
from llmos_std.memory.backend import MarkdownMemory, open_memory
from llmos_std.memory.files import names_for
from worlds.traces import context_for, keys_of, make_step, make_trace, texts, traces

GOAL = "Write a greeting"
KEY = keys_of(GOAL)[0]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MarkdownMemory]:
    with open_memory(context_for(tmp_path)) as opened:
        yield opened


def edit(memory: MarkdownMemory, trace: Trace, old: str, new: str) -> Path:
    path = Path(memory.path(trace.id))
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


@settings(max_examples=25, deadline=None)
@given(traces())
def test_any_trace_is_returned_and_loaded_as_it_was_saved(
    tmp_path_factory: pytest.TempPathFactory, trace: Trace
) -> None:
    with open_memory(context_for(tmp_path_factory.mktemp("any"))) as memory:
        assert memory.save(trace) == trace
        assert memory.load(trace.id) == trace


@pytest.mark.spec("TR-020", "TR-021")
def test_id_and_seal_in_the_file_are_the_documented_digests(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace(aliases=("Hello",), negative_goals=("Bye",)))
    text = Path(memory.path(trace.id)).read_text()
    step = trace.steps[0]
    program = {
        "goal": GOAL,
        "context": {},
        "answer": "Done.",
        "steps": [
            {
                "turn": 0,
                "tool": "Write",
                "fingerprint": step.fingerprint,
                "arguments": step.arguments,
                "effect": "idempotent_write",
                "before": step.before,
                "after": step.after,
                "observation": {
                    "status": "ok",
                    "digest": "d" * 64,
                    "control": "c" * 64,
                    "shape": '"text"',
                    "is_empty": False,
                },
            }
        ],
    }
    seal = digest({**program, "aliases": ["Hello"], "negative_goals": ["Bye"], "signature": KEY})
    assert f'\nid: "{digest(program)[:16]}"\n' in text
    assert f'\nseal: "{seal}"\n' in text


@pytest.mark.spec("TR-031")
def test_files_and_folders_are_for_their_owner_alone(memory: MarkdownMemory, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        memory.save(make_trace())
        memory.record_outcome(make_trace().id, verified=True)
    finally:
        os.umask(old)
    house = tmp_path / ".llmos"
    modes = {path: path.stat().st_mode & 0o777 for path in (house, *house.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.suffix in {".md", ".db"}} == {0o600}


@pytest.mark.spec("TR-033")
@given(texts())
def test_names_are_plain_short_and_carry_the_id(goal: str) -> None:
    trace = make_trace(goal)
    names = list(names_for(trace))
    assert re.fullmatch(rf"[a-z0-9][a-z0-9-]{{0,39}}-{trace.id[:8]}\.md", names[0])
    assert len(set(names)) == len(names)


@pytest.mark.spec("TR-033")
def test_a_name_that_is_taken_is_not_overwritten(memory: MarkdownMemory, tmp_path: Path) -> None:
    trace = make_trace()
    first, second, *_ = names_for(trace)
    folder = tmp_path / ".llmos" / "memories" / "traces"
    folder.mkdir(parents=True)
    (folder / first).write_text("mine")
    (folder / second).mkdir()
    assert memory.save(trace) == trace
    assert (folder / first).read_text() == "mine"
    assert memory.path(trace.id).endswith(f"-{trace.id}-2.md")


@pytest.mark.spec("TR-032")
def test_the_same_program_twice_is_one_file_with_the_evidence_of_both(memory: MarkdownMemory) -> None:
    first = memory.save(make_trace(aliases=("One",), negative_goals=("No",)))
    memory.record_outcome(first.id, verified=True)
    edit(memory, first, "Free text for people", "My notes")
    again = make_trace(episodes=("run-1", "run-2"), aliases=("Two",), negative_goals=("Never",), created_at="later")
    both = memory.save(again)
    assert both == attrs.evolve(
        first, episodes=("run-1", "run-2"), aliases=("One", "Two"), negative_goals=("No", "Never")
    )
    assert memory.find(KEY) == memory.find(keys_of("two")[0]) == (both,)
    assert memory.statistics(both.id).uses == 1
    text = Path(memory.path(both.id)).read_text()
    assert "My notes" in text
    assert "usage_count: 1\n" in text


def test_saving_again_without_news_writes_nothing(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    before = Path(memory.path(trace.id)).stat()
    assert memory.save(make_trace(created_at="later")) == trace
    assert Path(memory.path(trace.id)).stat() == before


@pytest.mark.spec("TR-032")
def test_another_program_for_the_same_goal_is_another_file_and_the_old_one_stays(memory: MarkdownMemory) -> None:
    old = memory.save(make_trace())
    before = Path(memory.path(old.id)).read_bytes()
    new = memory.save(make_trace(answer="Better.", created_at="2026-11-21T00:00:00Z"))
    assert memory.find(KEY) == (new, old)
    assert Path(memory.path(old.id)).read_bytes() == before


@pytest.mark.spec("TR-023")
@pytest.mark.parametrize(
    ("old", "new"), [("greeting.txt", "other.txt"), ("aliases: []", 'aliases: ["Delete everything"]')]
)
def test_only_acceptance_seals_what_a_person_changed(memory: MarkdownMemory, old: str, new: str) -> None:
    trace = memory.save(make_trace())
    path = edit(memory, trace, old, new)
    memory.save(make_trace(episodes=("run-2",)))
    changed = next(each for each in memory.find(KEY) if memory.path(each.id) == str(path))
    assert changed.state is TraceState.EDITED
    assert memory.verify(changed.id)
    accepted = memory.accept(changed.id)
    assert accepted.state is TraceState.LEARNED
    assert new in path.read_text()
    assert memory.verify(accepted.id) == ()
    assert accepted in memory.find(KEY)


def test_evidence_is_added_to_an_edited_file_without_sealing_it(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    edit(memory, trace, "aliases: []", 'aliases: ["Delete everything"]')
    found = memory.save(make_trace(episodes=("run-2",)))
    assert found.episodes == ("run-1", "run-2")
    assert found.state is TraceState.EDITED
    assert memory.find(keys_of("delete everything")[0])[0].state is TraceState.EDITED


def test_an_edited_trace_is_found_by_its_old_and_its_new_id(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    path = edit(memory, trace, "greeting.txt", "other.txt")
    found = memory.load(trace.id)
    assert found is not None
    assert found.id != trace.id
    assert memory.load(found.id) == found
    assert "was changed by hand" in memory.verify(trace.id)[0]
    assert memory.accept(trace.id).id == found.id
    assert memory.load(trace.id) is None
    assert memory.path(found.id) == str(path)


def test_accepting_after_the_goal_was_edited_files_it_under_the_new_goal(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    edit(memory, trace, 'goal_text: "Write a greeting"', 'goal_text: "Say hello"')
    accepted = memory.accept(trace.id)
    assert accepted.goal_signature == keys_of("Say hello")[0]
    assert memory.find(keys_of("say hello")[0]) == (accepted,)
    assert memory.find(KEY) == ()


@pytest.mark.parametrize("state", [TraceState.IMPORTED, TraceState.RETIRED, TraceState.EDITED])
def test_a_trace_that_waits_for_a_person_may_be_kept_and_accepted(memory: MarkdownMemory, state: TraceState) -> None:
    trace = memory.save(make_trace(state=state))
    assert trace.state is state
    assert memory.verify(trace.id)
    assert memory.accept(trace.id) == make_trace()


def test_learning_a_retired_program_again_does_not_bring_it_back(memory: MarkdownMemory) -> None:
    memory.save(make_trace())
    assert memory.save(make_trace(state=TraceState.RETIRED)).state is TraceState.RETIRED
    assert memory.save(make_trace(episodes=("run-9",))).state is TraceState.RETIRED


def test_learning_an_imported_program_takes_over_its_vetoes_but_not_its_aliases(memory: MarkdownMemory) -> None:
    memory.save(make_trace(state=TraceState.IMPORTED, aliases=("Delete everything",), negative_goals=("No",)))
    learned = memory.save(make_trace(aliases=("Hi",)))
    assert learned == make_trace(aliases=("Hi",), negative_goals=("No",))


@pytest.mark.parametrize("name", ["accept", "verify"])
def test_what_is_not_there_cannot_be_accepted_or_verified(memory: MarkdownMemory, name: str) -> None:
    with pytest.raises(UsageError, match="there is no readable trace 'abc'"):
        getattr(memory, name)("abc")


def test_forgetting_removes_file_and_counters(memory: MarkdownMemory) -> None:
    trace, other = memory.save(make_trace()), memory.save(make_trace("Another goal"))
    memory.record_outcome(trace.id, verified=True)
    path = Path(memory.path(trace.id))
    assert memory.forget(trace.id[:8])
    assert not path.exists()
    assert memory.find(KEY) == ()
    assert memory.statistics(trace.id).uses == 0
    assert not memory.forget(trace.id)
    assert tuple(memory.list()) == (other,)


@settings(max_examples=25, deadline=None)
@given(st.floats(), texts())
def test_what_no_file_can_hold_is_refused_and_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory, number: float, key: str
) -> None:
    workspace = tmp_path_factory.mktemp("refused")
    with open_memory(context_for(workspace)) as memory:
        for value in (float("nan"), {number: key}, {key: {1}}, number * 1e400):
            with pytest.raises(TraceError):
                memory.save(make_trace(steps=(make_step(arguments={"x": value}),)))
    assert list(workspace.iterdir()) == []

"""Law: what is found is what the files say now, however they were changed and by whomever."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.errors import UsageError
from llmos_core.types.trace import Trace, TraceState
from llmos_std.memory.backend import MarkdownMemory, open_memory
from llmos_std.memory.files import mark
from llmos_std.memory.index import MOST_PER_TEMPLATE
from worlds.traces import context_for, keys_of, make_step, make_trace, texts

GOAL = "Write a greeting"
KEY = keys_of(GOAL)[0]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MarkdownMemory]:
    with open_memory(context_for(tmp_path)) as opened:
        yield opened


def file_of(memory: MarkdownMemory, trace: Trace) -> Path:
    return Path(memory.path(trace.id))


def change(path: Path, old: str, new: str) -> None:
    """Edit a file in place, as some editors do."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_opening_and_looking_in_an_empty_folder_make_nothing(tmp_path: Path) -> None:
    memory = open_memory(context_for(tmp_path / "nowhere"))
    assert memory.find(KEY) == ()
    assert memory.candidates(GOAL) == ()
    assert memory.load("a") is None
    assert memory.path("a") == ""
    assert list(memory.list()) == []
    assert memory.problems() == ()
    assert memory.statistics("a").uses == 0
    assert not memory.forget("a")
    assert not (tmp_path / "nowhere").exists()


def test_a_saved_trace_is_found_by_goal_alias_template_and_id(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace(aliases=("Greet the world", "")))
    for key in (KEY, keys_of("greet  the WORLD")[0], "template:write"):
        assert memory.find(key) == (trace,)
    assert memory.find("template:greet") == ()
    assert memory.find("exact:other") == ()
    assert memory.load(trace.id) == memory.load(trace.id[:6].upper()) == trace


@settings(max_examples=25, deadline=None)
@given(st.lists(texts().filter(str.strip), min_size=1, max_size=3, unique_by=keys_of))
def test_any_goal_is_found_again_by_its_own_key(tmp_path_factory: pytest.TempPathFactory, goals: list[str]) -> None:
    with open_memory(context_for(tmp_path_factory.mktemp("any"))) as memory:
        saved = [memory.save(make_trace(goal)) for goal in goals]
        for goal, trace in zip(goals, saved, strict=True):
            assert memory.find(keys_of(goal)[0]) == (trace,)
        assert sorted(each.id for each in memory.list()) == sorted(each.id for each in saved)
        for goal in goals:
            assert all(0 <= likeness <= 1 for _, likeness in memory.candidates(goal))


def test_without_a_matcher_traces_are_filed_under_their_signature(tmp_path: Path) -> None:
    with open_memory(context_for(tmp_path, lambda _goal: ())) as memory:
        trace = memory.save(make_trace(goal_signature="sig-1"))
        assert memory.find("sig-1") == (trace,)


@pytest.mark.spec("TR-045")
def test_traces_under_one_key_come_newest_first(memory: MarkdownMemory) -> None:
    saved = [memory.save(make_trace(answer=str(day), created_at=f"2026-11-{day:02}T00:00:00Z")) for day in (5, 9, 7)]
    assert [trace.answer for trace in memory.find(KEY)] == ["9", "7", "5"]
    assert [trace.answer for trace in memory.list()] == ["9", "7", "5"]
    assert len(saved) == 3


def test_every_version_of_a_goal_but_only_the_newest_of_a_template_are_looked_at(memory: MarkdownMemory) -> None:
    number = MOST_PER_TEMPLATE + 3
    for day in range(number):
        memory.save(make_trace(answer=str(day), created_at=f"2026-11-20T00:00:{day:02}Z"))
    assert len(memory.find(KEY)) == number
    newest = [str(number - 1 - n) for n in range(MOST_PER_TEMPLATE)]
    assert [trace.answer for trace in memory.find("template:write")] == newest


@pytest.mark.spec("TR-040")
@pytest.mark.parametrize("keeps_time", [False, True])
def test_a_file_that_was_edited_in_place_is_never_handed_out_as_it_was(
    memory: MarkdownMemory, *, keeps_time: bool
) -> None:
    path = file_of(memory, memory.save(make_trace()))
    before = path.stat()
    change(path, 'path: "greeting.txt"', 'path: "greetinh.txt"')
    if keeps_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    (found,) = memory.find(KEY)
    assert found.state is TraceState.EDITED
    assert found.steps[0].arguments["path"] == "greetinh.txt"


@pytest.mark.spec("TR-040")
def test_a_file_that_now_holds_another_trace_is_not_found_under_the_old_goal(
    memory: MarkdownMemory, tmp_path: Path
) -> None:
    path = file_of(memory, memory.save(make_trace()))
    with open_memory(context_for(tmp_path / "elsewhere")) as other:
        trace = other.save(make_trace("Something else entirely"))
        path.write_bytes(file_of(other, trace).read_bytes())
    assert memory.find(KEY) == ()
    assert memory.find(keys_of("Something else entirely")[0]) == (trace,)


@pytest.mark.spec("TR-040", "TR-041")
def test_a_file_that_was_deleted_is_gone_with_its_counters(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    memory.record_outcome(trace.id, verified=True)
    file_of(memory, trace).unlink()
    assert memory.find(KEY) == ()
    assert memory.load(trace.id) is None
    memory.save(make_trace())
    assert memory.statistics(trace.id).uses == 0


@pytest.mark.spec("TR-041")
def test_files_that_come_go_or_are_renamed_are_noticed_at_once_however_soon(
    memory: MarkdownMemory, tmp_path: Path
) -> None:
    folder = tmp_path / ".llmos" / "memories" / "traces"
    with open_memory(context_for(tmp_path / "elsewhere")) as other:
        come = [file_of(other, other.save(make_trace(f"Goal {number}"))) for number in range(20)]
        for number, path in enumerate(come):
            memory.save(make_trace(f"Own {number}"))
            shutil.copy2(path, folder / "come.md")
            assert len(memory.find(keys_of(f"Goal {number}")[0])) == 1
            (folder / "come.md").rename(folder / "renamed.md")
            assert len(memory.find(keys_of(f"Goal {number}")[0])) == 1
            (folder / "renamed.md").unlink()
            assert memory.find(keys_of(f"Goal {number}")[0]) == ()


def test_a_file_that_a_listing_missed_stays_known(memory: MarkdownMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = memory.save(make_trace())
    with monkeypatch.context() as patched:
        patched.setattr("llmos_std.memory.files.trace_files", lambda _folder: iter(()))
        memory.refresh()
    assert memory.find(KEY) == (trace,)


def test_two_marks_of_one_folder_differ_however_soon(tmp_path: Path) -> None:
    marks = [mark(tmp_path) for _ in range(50)]
    assert len(set(marks)) == len(marks)


@pytest.mark.spec("TR-041")
@pytest.mark.parametrize(
    "search",
    [
        lambda memory: memory.candidates("no such words"),
        lambda memory: list(memory.list()),
        lambda memory: memory.problems(),
        lambda memory: memory.refresh(),
        lambda memory: memory.load("0000"),
    ],
    ids=["candidates", "list", "problems", "refresh", "load"],
)
def test_a_goal_edited_in_place_is_noticed_by_every_search(
    tmp_path: Path, search: Callable[[MarkdownMemory], object]
) -> None:
    with open_memory(context_for(tmp_path)) as memory:
        path = file_of(memory, memory.save(make_trace()))
    change(path, "aliases: []", 'aliases: ["Hail the world"]')
    with open_memory(context_for(tmp_path)) as memory:
        search(memory)
        (found,) = memory.find(keys_of("Hail the world")[0])
        assert found.state is TraceState.EDITED


def test_candidates_are_the_goals_with_most_words_in_common(memory: MarkdownMemory) -> None:
    goals = ["Write a poem about rain", "Write a poem about snow and rain", "Count the files", "Write"]
    saved = {goal: memory.save(make_trace(goal)) for goal in goals}
    found = memory.candidates("write a poem about RAIN, please", limit=2)
    assert [trace.goal for trace, _ in found] == ["Write a poem about rain", "Write a poem about snow and rain"]
    assert [round(likeness, 3) for _, likeness in found] == [0.909, 0.769]
    assert memory.candidates("unknown words only") == ()
    assert memory.candidates("...") == memory.candidates("write", limit=0) == ()
    memory.save(attrs.evolve(saved["Count the files"], aliases=("How many documents are here",)))
    assert memory.candidates("how many documents are here")[0][1] == 1.0
    memory.forget(saved["Write a poem about rain"].id)
    assert [trace.goal for trace, _ in memory.candidates("a poem about rain", 9)] == [goals[1]]


def test_more_than_the_rarest_word_is_searched_for(memory: MarkdownMemory) -> None:
    saved = [memory.save(make_trace(goal)) for goal in ("Write apples", "Write pears", "Write pears again")]
    assert {trace.id for trace, _ in memory.candidates("apples pears")} == {trace.id for trace in saved}


def test_words_that_every_goal_has_do_not_make_candidates_slow_or_empty(
    memory: MarkdownMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmos_std.memory.words._MOST_RANKED", 3)
    for number in range(6):
        memory.save(make_trace(f"Write number {number}"))
    assert memory.candidates("Write number 4")[0][0].goal == "Write number 4"
    assert len(memory.candidates("write", limit=4)) == 4


def test_without_word_search_in_sqlite_candidates_are_still_found(
    memory: MarkdownMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = memory.save(make_trace())
    rows = memory._index.database.rows
    monkeypatch.setattr(
        memory._index.database, "rows", lambda query, *values: [] if "module_list" in query else rows(query, *values)
    )
    assert memory.candidates("write some greeting") == ((trace, pytest.approx(2 / 3)),)


def test_a_prefix_of_several_ids_is_an_error_that_names_them(memory: MarkdownMemory) -> None:
    ids = sorted(memory.save(make_trace(f"Goal {number}")).id for number in range(40))
    shared = next(one[0] for one, other in pairwise(ids) if one[0] == other[0])
    with pytest.raises(UsageError, match=f"'{shared}' begins"):
        memory.load(shared)
    for nothing in ("", "xyz", ids[0] + "0", "%", "_"):
        assert memory.load(nothing) is None


def test_copies_of_one_file_are_one_trace_and_reported(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    copy = file_of(memory, trace).with_name("copy.md")
    shutil.copy(file_of(memory, trace), copy)
    assert memory.find(KEY) == tuple(memory.list()) == (trace,)
    (problem,) = memory.problems()
    assert "holds trace" in problem
    assert memory.forget(trace.id)
    assert not copy.exists()


def test_two_open_memories_see_each_others_changes(tmp_path: Path) -> None:
    with open_memory(context_for(tmp_path)) as one, open_memory(context_for(tmp_path)) as other:
        trace = one.save(make_trace())
        assert other.find(KEY) == (trace,)
        other.record_outcome(trace.id, verified=True)
        assert one.statistics(trace.id).uses == 1
        newer = other.save(make_trace(steps=(make_step(tool="Edit"),), created_at="2026-11-21T00:00:00Z"))
        assert one.find(KEY) == (newer, trace)
        one.forget(trace.id)
        assert other.find(KEY) == (newer,)


def test_goals_are_listed_by_ascending_number_with_every_wording(tmp_path: Path) -> None:
    with open_memory(context_for(tmp_path)) as memory:
        first = memory.save(make_trace("paint the fence", aliases=("paint that fence",)))
        (one, other) = memory.goals(0)
        assert (one[1], other[1], {one[2], other[2]}) == (first.id, first.id, {"paint the fence", "paint that fence"})
        second = memory.save(make_trace("wash the car"))
        assert [(trace_id, text) for _, trace_id, text in memory.goals(one[0])] == [(second.id, "wash the car")]
        assert list(memory.goals(max(number for number, *_ in memory.goals(0)))) == []

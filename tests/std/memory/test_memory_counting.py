"""Law: every use is counted once, by the documented rule, and the file's other bytes stay as they are."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forks import in_children
from llmos_core.errors import UsageError
from llmos_core.types.trace import Statistics
from llmos_std.memory.backend import MarkdownMemory, open_memory
from llmos_std.memory.counting import counted
from llmos_std.memory.entries import entry_of
from llmos_std.memory.files import read_file
from worlds.traces import context_for, keys_of, make_trace

COUNTERS = ("success_rating", "usage_count", "success_count", "failure_count", "last_used", "saved_usd")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MarkdownMemory]:
    with open_memory(context_for(tmp_path)) as opened:
        yield opened


def other_lines(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\n") if line.split(b":")[0].decode(errors="replace") not in COUNTERS]


def lines_of(path: Path) -> list[str]:
    return [line for line in path.read_text().split("\n") if line.startswith(COUNTERS)]


@pytest.mark.spec("TR-050")
@given(st.lists(st.sampled_from([True, False, None]), max_size=40))
def test_the_score_follows_the_documented_rule(outcomes: list[bool | None]) -> None:
    now, expected = Statistics(), 75
    for outcome in outcomes:
        now = counted(now, verified=outcome, saved_usd=Decimal("0.01"), at="t")
        expected = {True: min(100, expected + 10), False: max(0, expected - 20), None: expected}[outcome]
        assert now.score == expected
    assert now.uses == len(outcomes)
    assert (now.successes, now.failures) == (outcomes.count(True), outcomes.count(False))
    assert now.saved_usd == Decimal("0.01") * len(outcomes)


@pytest.mark.spec("TR-052")
def test_counters_are_copied_into_their_lines_and_no_other_byte_changes(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    path = Path(memory.path(trace.id))
    path.chmod(0o640)
    before = path.read_bytes()
    memory.record_outcome(trace.id, verified=True, saved_usd=Decimal("0.0123"))
    assert lines_of(path) == [
        "success_rating: 0.85",
        "usage_count: 1",
        "success_count: 1",
        "failure_count: 0",
        'last_used: "2026-11-21T09:30:00Z"',
        "saved_usd: 0.0123",
    ]
    assert other_lines(path.read_bytes()) == other_lines(before)
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name]


@pytest.mark.spec("TR-052")
def test_a_file_with_other_line_ends_and_notes_keeps_them(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    path = Path(memory.path(trace.id))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"usage_count: mine\n\x00\n---\n")
    memory.refresh()
    before = path.read_bytes()
    memory.record_outcome(trace.id, verified=None)
    after = path.read_bytes()
    assert b"\r\nusage_count: 1\r\n" in after
    assert after.replace(b"usage_count: 1", b"usage_count: 0").replace(b"2026-11-21T09:30:00Z", b"") == before


@pytest.mark.spec("TR-052")
def test_a_file_that_a_person_is_editing_is_left_alone_and_caught_up_later(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    path = Path(memory.path(trace.id))
    path.write_bytes(path.read_bytes() + b"half a sente")
    edited = path.read_bytes()
    assert memory.record_outcome(trace.id, verified=True).uses == 1
    assert path.read_bytes() == edited
    memory.find(keys_of(trace.goal)[0])
    assert memory.record_outcome(trace.id, verified=True).uses == 2
    assert "usage_count: 2" in lines_of(path)
    assert path.read_bytes().endswith(b"half a sente")


@pytest.mark.spec("TR-052")
def test_an_edit_that_is_saved_while_counters_are_copied_stays(
    memory: MarkdownMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = memory.save(make_trace())
    path = Path(memory.path(trace.id))
    really = os.fchmod

    def edit_first(handle: int, mode: int) -> None:
        path.write_bytes(path.read_bytes() + b"just saved\n")
        really(handle, mode)

    monkeypatch.setattr(os, "fchmod", edit_first)
    assert memory.record_outcome(trace.id, verified=True).uses == 1
    assert path.read_bytes().endswith(b"just saved\n")
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_after_counting_the_index_knows_the_file_and_the_folder_as_they_are(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    memory.find(keys_of(trace.goal)[0])
    number = memory._index.database.rows("SELECT no FROM files")
    for _ in range(3):
        memory.record_outcome(trace.id, verified=True)
        memory.find(keys_of(trace.goal)[0])
    assert memory._index.database.rows("SELECT no FROM files") == number


@pytest.mark.spec("TR-053")
def test_counters_that_the_index_lost_begin_with_what_the_file_says(tmp_path: Path) -> None:
    with open_memory(context_for(tmp_path)) as memory:
        trace = memory.save(make_trace())
        for outcome in (True, True, False):
            before = memory.record_outcome(trace.id, verified=outcome, saved_usd=Decimal("0.5"))
    for path in (tmp_path / ".llmos" / "state").iterdir():
        path.unlink()
    with open_memory(context_for(tmp_path)) as memory:
        assert memory.statistics(trace.id) == before
        assert memory.record_outcome(trace.id, verified=None).uses == 4


@pytest.mark.spec("TR-053")
def test_a_program_changed_by_hand_begins_with_new_counters(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    memory.record_outcome(trace.id, verified=True)
    path = Path(memory.path(trace.id))
    path.write_text(path.read_text().replace("greeting.txt", "other.txt"))
    (changed,) = memory.find(keys_of(trace.goal)[0])
    assert changed.id != trace.id
    assert memory.statistics(changed.id) == Statistics()
    assert memory.statistics(memory.accept(changed.id).id) == Statistics()
    assert "usage_count: 0" in lines_of(path)


@pytest.mark.spec("TR-054")
def test_counters_that_a_person_changed_count_from_then_on(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    for _ in range(3):
        memory.record_outcome(trace.id, verified=True)
    path = Path(memory.path(trace.id))
    path.write_text(path.read_text().replace("success_rating: 1.0", "success_rating: 0.2"))
    memory.find(keys_of(trace.goal)[0])
    assert memory.statistics(trace.id).score == 20
    counters = memory.record_outcome(trace.id, verified=False)
    assert (counters.score, counters.uses) == (0, 4)


def test_a_file_that_says_less_than_was_counted_while_it_was_edited_takes_nothing_away(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    path = Path(memory.path(trace.id))
    path.write_bytes(path.read_bytes() + b"a note\n")
    memory.record_outcome(trace.id, verified=True)
    assert "usage_count: 0" in lines_of(path)
    memory.find(keys_of(trace.goal)[0])
    assert memory.statistics(trace.id).uses == 1


def test_counters_of_what_is_no_trace_id_are_not_kept(memory: MarkdownMemory) -> None:
    memory.save(make_trace())
    for text in ("", "abc", "\ud800" * 16, "X" * 16):
        assert memory.statistics(text) == Statistics()
        with pytest.raises(UsageError, match="is no trace id"):
            memory.record_outcome(text, verified=True)


def test_counters_of_a_trace_that_was_never_used_are_those_at_birth(memory: MarkdownMemory) -> None:
    assert memory.statistics(memory.save(make_trace()).id) == Statistics()
    assert memory.statistics("0123456789abcdef") == Statistics()


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal(-1), Decimal("Infinity")])
def test_an_amount_that_is_no_money_is_refused_and_counts_nothing(memory: MarkdownMemory, amount: Decimal) -> None:
    trace = memory.save(make_trace())
    with pytest.raises(ValueError, match="US dollars"):
        memory.record_outcome(trace.id, verified=True, saved_usd=amount)
    assert memory.statistics(trace.id) == Statistics()


@pytest.mark.spec("TR-051", "TR-043")
def test_uses_counted_by_many_processes_are_all_counted(tmp_path: Path) -> None:
    with open_memory(context_for(tmp_path)) as memory:
        trace = memory.save(make_trace())

    def work(index: int) -> int:
        with open_memory(context_for(tmp_path)) as mine:
            for _ in range(25):
                mine.record_outcome(trace.id, verified=index % 2 == 0, saved_usd=Decimal("0.001"))
        return index

    assert in_children(work, number=6) == list(range(6))
    with open_memory(context_for(tmp_path)) as memory:
        found = memory.statistics(trace.id)
        assert (found.uses, found.successes, found.failures) == (150, 75, 75)
        assert found.saved_usd == Decimal("0.150")
        assert "usage_count: 150" in lines_of(Path(memory.path(trace.id)))
        assert memory.problems() == ()


@pytest.mark.spec("TR-051")
def test_what_was_read_before_another_process_counted_takes_nothing_back(memory: MarkdownMemory) -> None:
    trace = memory.save(make_trace())
    library, path = memory._library, Path(memory.path(trace.id))
    for uses in range(1, 20):
        late = entry_of(library, path.name.encode(), *read_file(path))
        memory.record_outcome(trace.id, verified=None)
        with library.open_writing() as connection:
            library.put(connection, [late])
        assert memory.statistics(trace.id).uses == uses
        assert f"usage_count: {uses}" in lines_of(path)

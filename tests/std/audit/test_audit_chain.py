"""Law of the chain: what was acknowledged and is not there as it was written is found, whatever was done to it.

And the other way round: no crash of a writer, at whatever byte, makes a whole chain look tampered with.
"""

import errno
import json
import multiprocessing
import os
import shutil
import stat

import pytest
from audit_worlds import audit_in, chain_in, decide, end, report_on, write_small_log
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import StorageError
from llmos_core.types.decision import Decision
from llmos_std.audit import chain as chain_module
from llmos_std.audit.records import Head, anchor_of, head_of, line_of


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    write_small_log(folder)
    return folder, chain_in(folder).path.read_bytes(), chain_in(folder).anchor.read_bytes()


def judged(small, *, chain=None, head=None):
    """Return the report on the small log with other bytes in its files."""
    folder, whole_chain, whole_head = small
    contents = {
        chain_in(folder).path: whole_chain if chain is None else chain,
        chain_in(folder).anchor: whole_head if head is None else head,
    }
    for path, content in contents.items():
        if path.read_bytes() != content:
            path.write_bytes(content)
    return report_on(folder)


@pytest.mark.spec("AU-005", "AU-010")
def test_a_chain_as_it_was_written_is_whole(small):
    report = judged(small)
    assert report.is_whole
    assert [record["kind"] for record in report.records] == ["begun", "decided", "ended", "decided", "decided", "ended"]
    assert [record["n"] for record in report.records] == list(range(6))
    assert head_of(small[2]).hash == report.head


@pytest.mark.spec("AU-004", "AU-014")
@given(st.data())
def test_every_changed_bit_of_the_chain_is_found(small, data):
    where = data.draw(st.integers(0, len(small[1]) - 1))
    changed = bytearray(small[1])
    changed[where] ^= 1 << data.draw(st.integers(0, 7))
    report = judged(small, chain=bytes(changed))
    assert not report.is_whole
    line = small[1][:where].count(b"\n") + 1
    assert report.findings[0].line == line


@pytest.mark.spec("AU-014")
def test_every_changed_byte_of_the_chain_is_found_and_placed(small):
    for where in range(len(small[1])):
        changed = bytearray(small[1])
        changed[where] ^= 0x20  # also turns a hex digit into its capital
        report = judged(small, chain=bytes(changed))
        assert not report.is_whole, where
        assert report.findings[0].line == small[1][:where].count(b"\n") + 1


@pytest.mark.spec("AU-005", "AU-014")
@pytest.mark.parametrize("number", range(6))
def test_a_line_that_is_forged_with_a_hash_of_its_own_is_found_at_the_next_one(small, number):
    lines = small[1].splitlines(keepends=True)
    before = Head(number, sum(map(len, lines[:number])), json.loads(lines[number])["prev"])
    facts = {name: value for name, value in json.loads(lines[number]).items() if name not in {"n", "prev", "hash"}}
    forged, _ = line_of({**facts, "at": facts["at"].replace("2026", "2025")}, before)
    assert len(forged) == len(lines[number])
    report = judged(small, chain=b"".join([*lines[:number], forged, *lines[number + 1 :]]))
    assert [(one.kind, one.line) for one in report.findings] == (
        [("broken", number + 2)] if number < 5 else [("head", 0)]
    )


@pytest.mark.spec("AU-005", "AU-014")
@pytest.mark.parametrize("miscount", [-1, 1, 7])
def test_a_line_that_is_chained_and_counts_wrongly_is_found(small, miscount):
    end = head_of(small[2])
    line, _ = line_of({"kind": "decided"}, Head(end.records + miscount, end.size, end.hash))
    assert [(one.kind, one.line) for one in judged(small, chain=small[1] + line).findings] == [("broken", 7)]
    right, _ = line_of({"kind": "decided"}, end)
    assert judged(small, chain=small[1] + right).is_whole


@pytest.mark.spec("AU-014")
def test_every_changed_byte_of_the_head_is_found(small):
    for where in range(len(small[2])):
        for bit in (0, 4, 5):  # another digit, another kind of sign, a capital
            changed = bytearray(small[2])
            changed[where] ^= 1 << bit
            assert not judged(small, head=bytes(changed)).is_whole, (where, bit)


@pytest.mark.spec("AU-014")
@given(st.data())
def test_lines_that_are_removed_doubled_or_moved_are_found(small, data):
    lines = small[1].splitlines(keepends=True)
    order = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=len(lines) + 1))
    if order == list(range(len(lines))):
        return
    report = judged(small, chain=b"".join(lines[n] for n in order))
    assert not report.is_whole
    sound = next((n for n, (was, now) in enumerate(zip(range(len(lines)), order, strict=False)) if was != now), None)
    named = min(len(order), len(lines)) if sound is None else sound
    assert report.findings[0].line == named + 1


@pytest.mark.spec("AU-011", "AU-014")
def test_a_tail_that_is_cut_off_at_any_byte_is_found_and_nothing_is_added(small):
    folder, whole, _ = small
    for length in range(1, len(whole)):
        report = judged(small, chain=whole[:length])
        assert [finding.kind for finding in report.findings][-1] == "tail", length
        if length % 97 == 0:
            with pytest.raises(StorageError, match="audit verify"):
                decide(audit_in(folder), 9)
            assert chain_in(folder).path.read_bytes() == whole[:length]


@pytest.mark.spec("AU-012", "AU-013")
def test_a_writer_that_dies_at_any_byte_leaves_a_chain_that_goes_on(tmp_path):
    base = tmp_path / "base"
    write_small_log(base)
    whole, head = chain_in(base).path.read_bytes(), chain_in(base).anchor.read_bytes()
    decide(audit_in(base), 3)
    line = chain_in(base).path.read_bytes()[len(whole) :]
    for written in range(1, len(line), 7):
        chain_in(base).path.write_bytes(whole + line[:written])
        chain_in(base).anchor.write_bytes(head)
        before = report_on(base)
        assert before.is_whole
        assert before.is_torn_now
        decide(audit_in(base), 4)
        after = report_on(base)
        assert after.is_whole
        assert after.torn == 1
        assert chain_in(base).path.read_bytes().startswith(whole + line[:written] + b"\n"), "nothing is rewritten"
        changed = bytearray(chain_in(base).path.read_bytes())
        changed[len(whole)] ^= 1
        chain_in(base).path.write_bytes(changed)
        assert not report_on(base).is_whole, "what was torn is covered too"


@pytest.mark.spec("AU-012")
def test_a_writer_that_dies_while_it_closes_what_another_left_is_closed_as_well(tmp_path):
    write_small_log(tmp_path)
    path = chain_in(tmp_path).path
    with path.open("ab") as file:
        file.write(b'{"kind":"deci\n{"kind":"torn","by')
    decide(audit_in(tmp_path), 3)
    report = report_on(tmp_path)
    assert report.is_whole
    assert report.torn == 1


@pytest.mark.spec("AU-013")
def test_a_whole_line_that_nobody_could_have_left_is_no_crash(tmp_path):
    write_small_log(tmp_path)
    path = chain_in(tmp_path).path
    path.write_bytes(path.read_bytes() + b'{"kind":"decided","n":6}\n')
    assert [finding.kind for finding in report_on(tmp_path).findings] == ["broken"]


@pytest.mark.spec("AU-015")
def test_a_decision_without_outcome_is_named_and_a_denial_needs_none(tmp_path):
    audit = audit_in(tmp_path)
    decide(audit, 0)
    decide(audit, 1, decision=Decision.DENY)
    decide(audit, 2)
    end(audit, 2)
    report = report_on(tmp_path)
    assert report.is_whole
    assert [record["index"] for record in report.open_decisions] == [0]


@pytest.mark.spec("AU-015")
def test_a_decision_about_a_model_call_needs_no_outcome_and_takes_none(tmp_path):
    audit = audit_in(tmp_path)
    decide(audit, 0)
    decide(audit, 0, tool="model")
    assert [record["tool"] for record in report_on(tmp_path).open_decisions] == ["Write"]
    end(audit, 0)
    assert not report_on(tmp_path).open_decisions


@pytest.mark.spec("AU-010", "AU-015")
def test_an_outcome_that_is_removed_before_the_head_covers_it_leaves_its_decision_open(tmp_path):
    audit = audit_in(tmp_path)
    decide(audit, 0)
    acknowledged = chain_in(tmp_path).path.read_bytes()
    end(audit, 0)
    assert not report_on(tmp_path).open_decisions
    chain_in(tmp_path).path.write_bytes(acknowledged)
    assert [record["index"] for record in report_on(tmp_path).open_decisions] == [0]


@pytest.mark.spec("AU-008")
def test_an_outcome_is_in_the_file_before_the_run_goes_on(tmp_path):
    audit = audit_in(tmp_path)
    decide(audit, 0)
    end(audit, 0)
    assert chain_in(tmp_path).path.read_bytes().count(b'"kind":"ended"') == 1


@pytest.mark.spec("AU-007", "AU-010")
def test_the_disk_has_the_decision_before_the_head_moves_and_before_it_is_acted_on(tmp_path, monkeypatch):
    write_small_log(tmp_path)
    seen = []
    before = chain_in(tmp_path).anchor.read_bytes()

    def sync(handle):
        seen.append((os.fstat(handle).st_size, chain_in(tmp_path).anchor.read_bytes() == before))

    monkeypatch.setattr(chain_module, "_sync", sync)
    decide(audit_in(tmp_path), 3)
    assert seen == [(chain_in(tmp_path).path.stat().st_size, True)]
    assert chain_in(tmp_path).anchor.read_bytes() != before


@pytest.mark.spec("AU-007")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("station", ["write", "sync"])
def test_a_full_or_failing_disk_lets_nothing_happen_and_the_chain_goes_on_afterwards(
    tmp_path, monkeypatch, number, station
):
    audit = audit_in(tmp_path)
    decide(audit, 0)
    real = os.write

    def fail(handle, data=b""):
        if data:
            real(handle, bytes(data)[: len(data) // 2])
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(chain_module.os, "write", fail) if station == "write" else patched.setattr(
            chain_module, "_sync", fail
        )
        with pytest.raises(StorageError, match="nothing more is done"):
            decide(audit, 1)
    decide(audit, 2)
    report = report_on(tmp_path)
    assert report.is_whole
    assert report.torn == (station == "write")


@pytest.mark.spec("AU-002")
def test_files_are_private_from_the_start_and_others_are_refused(tmp_path):
    old = os.umask(0)
    try:
        write_small_log(tmp_path)
    finally:
        os.umask(old)
    chain = chain_in(tmp_path)
    for path, mode in ((chain.path, 0o600), (chain.anchor, 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        path.chmod(0o622)
        with pytest.raises(StorageError, match="yours alone"):
            decide(audit_in(tmp_path), 5)
        path.chmod(0o600)


@pytest.mark.spec("AU-002")
@pytest.mark.parametrize("make", ["link", "fifo", "hard link"])
def test_what_is_no_file_of_its_own_is_refused(tmp_path, make):
    write_small_log(tmp_path)
    path = chain_in(tmp_path).path
    moved = path.rename(tmp_path / "elsewhere")
    if make == "fifo":
        os.mkfifo(path, 0o600)
    elif make == "link":
        path.symlink_to(moved)
    else:
        path.hardlink_to(moved)
    with pytest.raises(StorageError):
        decide(audit_in(tmp_path), 5)


@pytest.mark.spec("AU-011")
@pytest.mark.parametrize("lost", ["chain", "head", "damaged head"])
def test_a_chain_without_its_head_or_a_head_without_its_chain_is_found_and_nothing_is_added(tmp_path, lost):
    write_small_log(tmp_path)
    chain = chain_in(tmp_path)
    if lost == "damaged head":
        chain.anchor.write_bytes(b"\0" * 94)
    else:
        (chain.path if lost == "chain" else chain.anchor).unlink()
    assert not report_on(tmp_path).is_whole
    with pytest.raises(StorageError, match="audit verify"):
        decide(audit_in(tmp_path), 5)


def test_a_workspace_without_audit_is_whole_and_looking_makes_nothing(tmp_path):
    assert report_on(tmp_path).is_whole
    assert not list(tmp_path.iterdir())


@pytest.mark.spec("AU-016")
def test_looking_changes_nothing(tmp_path):
    write_small_log(tmp_path)
    with chain_in(tmp_path).path.open("ab") as file:
        file.write(b"torn")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob("*") if path.is_file()}
    report_on(tmp_path)
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.rglob("*") if p.is_file()}


def test_a_chain_moved_aside_with_its_head_is_followed_by_a_new_one(tmp_path):
    audit = audit_in(tmp_path)
    decide(audit, 0)
    shutil.move(tmp_path / "audit", tmp_path / "old")
    shutil.move(tmp_path / "audit-heads", tmp_path / "old-heads")
    decide(audit, 1)
    report = report_on(tmp_path)
    assert report.is_whole
    assert [record.get("index") for record in report.records] == [None, 1]


def test_a_lock_that_is_never_let_go_ends_in_an_error(tmp_path):
    import fcntl

    write_small_log(tmp_path)
    with chain_in(tmp_path).path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StorageError, match="locked"):
            chain_in(tmp_path, wait_s=0).append({"kind": "decided"}, at="now", durable=True)


def _decide_many(folder, name, count):
    audit = audit_in(folder)
    for index in range(count):
        decide(audit, index, run=name)
        end(audit, index, run=name)
    audit.close()


@pytest.mark.spec("AU-003", "AU-009")
def test_processes_that_write_at_the_same_time_make_one_whole_chain(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_decide_many, args=(tmp_path, f"run-{n}", 15)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    report = report_on(tmp_path)
    assert report.is_whole
    assert not report.open_decisions
    seen = sorted((r["run"], r["index"]) for r in report.records if r["kind"] == "decided")
    assert seen == sorted((f"run-{n}", index) for n in range(4) for index in range(15))


@given(st.integers(0, 10**11), st.integers(0, 10**14), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_head_reads_back_as_it_was(records, size, found):
    head = Head(records, size, found)
    assert head_of(anchor_of(head)) == head

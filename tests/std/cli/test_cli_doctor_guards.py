"""Law of what `llmos doctor` says of the record and the way back: what holds here, what does not, and what to do."""

from types import SimpleNamespace

import pytest

from llmos_core.config.paths import find_paths
from llmos_std.audit.service import chain_of
from llmos_std.cli import guard_checkup


@pytest.fixture
def lived(shell):
    """A folder in which a goal was run once, over a file that was there, so that something is kept."""
    shell.put("hello.txt", "precious")
    assert shell("run", "create a file hello.txt that says hello")[0] == 0
    return shell


def said(shell, about, *, code):
    """Return the doctor's lines on one subject, each with its level first."""
    found, out, _ = shell("doctor")
    assert found == code, out
    return [line for line in out.splitlines() if about in line]


def chain(shell):
    paths = find_paths(shell.workspace)
    return chain_of(paths.user_state, paths.workspace)


def test_a_sound_record_and_a_way_back_are_said_to_be_so_and_nothing_is_changed(lived):
    kept_in = lived.workspace / ".llmos/state/snapshots"
    looked_at = [chain(lived).path, chain(lived).anchor, *(path for path in kept_in.rglob("*") if path.is_file())]
    before = {path: path.read_bytes() for path in looked_at}
    (audit,) = said(lived, "audit: ", code=0)
    whole, kept = said(lived, "snapshots: ", code=0)
    assert [line.split()[0] for line in (audit, whole, kept)] == ["ok", "ok", "ok"]
    assert f"whole, {len(chain(lived).path.read_bytes().splitlines())} records" in audit
    assert "1 runs can be undone" in kept
    assert before == {path: path.read_bytes() for path in before}


def test_a_forged_decision_is_a_problem_with_its_line(lived):
    path = chain(lived).path
    path.write_bytes(path.read_bytes().replace(b'"decision":"allow"', b'"decision":"deny"', 1))
    line = said(lived, str(path), code=1)[0]
    assert line.startswith("problem")
    assert "line 2 does not continue the chain" in line
    assert "llmos audit verify" in line


def test_a_record_that_no_call_could_be_added_to_is_a_problem(lived):
    chain(lived).path.chmod(0o622)
    (line,) = said(lived, str(chain(lived).path), code=1)
    assert line.startswith("problem")
    assert "yours alone" in line


def test_a_call_that_never_ended_is_counted(lived):
    facts = {"kind": "decided", "run": "r", "index": 0, "tool": "Write", "decision": "allow"}
    chain(lived).append(facts, at="now", durable=True)
    (found,) = said(lived, "audit: ", code=0)
    assert found.startswith("ok")
    assert "1 without an outcome" in found


def test_a_long_record_is_left_to_the_verb_that_reads_it(lived, monkeypatch):
    monkeypatch.setattr(guard_checkup, "MOST_BYTES", 10)
    monkeypatch.setattr("llmos_std.audit.verifying.verify", None)
    (line,) = said(lived, "audit: ", code=0)
    assert line.startswith("note")
    assert "llmos audit verify" in line


@pytest.mark.parametrize("limit", ["max_files", "max_bytes"])
def test_a_workspace_that_is_too_large_to_be_kept_is_noted_with_its_settings(lived, limit):
    lived.configure(f'[model]\nprovider = "builtin"\n[snapshots]\n{limit} = 0\n')
    line, _ = said(lived, "snapshots: ", code=0)
    assert line.startswith("note")
    assert f"snapshots.{limit}" in line


def test_what_is_kept_and_damaged_is_a_problem_that_names_the_run(lived):
    (book,) = (lived.workspace / ".llmos/state/snapshots/runs").iterdir()
    book.write_bytes(book.read_bytes().replace(b'"kept"', b'"kent"'))
    (line,) = said(lived, f"for run {book.stem} is damaged", code=1)
    assert line.startswith("problem")
    assert "--dry-run" in line


def test_counting_what_is_kept_ends_at_a_bound(lived, monkeypatch):
    objects = lived.workspace / ".llmos/state/snapshots/objects"
    size = sum(path.stat().st_size for path in objects.rglob("*") if path.is_file())
    assert f"takes {size / 1e3:.1f} kB" in said(lived, "snapshots: ", code=0)[1]
    monkeypatch.setattr(guard_checkup, "MOST_OBJECTS", 1)
    assert "takes more than" in said(lived, "snapshots: ", code=0)[1]


@pytest.mark.parametrize("role", ["audit", "snapshots"])
def test_a_guard_that_is_switched_off_is_noted_and_one_of_a_stranger_is_named(shell, role):
    shell.configure(f'[model]\nprovider = "builtin"\n[plugins]\ndisabled = ["std-{role}"]\n')
    (line,) = said(shell, f"{role}: ", code=0)
    assert line.startswith("note")
    assert f"enable the plugin std-{role}" in line
    serving = SimpleNamespace(name="mine", factory="elsewhere:open")
    kernel = SimpleNamespace(registry=SimpleNamespace(serving=lambda asked: serving if asked == role else None))
    (finding,) = getattr(guard_checkup, role)(kernel)
    assert (finding.level, f"{role}: by 'mine'" in finding.what) == ("ok", True)

"""Law of `llmos audit`: it says what the chain says, with exit code 1 exactly when the chain is not whole."""

import json

import pytest
from click.testing import CliRunner

from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import Origin, StepRecord
from llmos_std.audit.service import ChainedAudit, chain_of
from llmos_std.cli.audit import audit

AT = "2026-11-21T10:00:00+00:00"
CALL = ToolCall(id="c", tool="Write", arguments={"path": "a.txt", "content": "x"})


@pytest.fixture
def chain(tmp_path, monkeypatch):
    monkeypatch.setenv("LLMOS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LLMOS_WORKSPACE", str(tmp_path))
    return chain_of(tmp_path / "home" / "state", tmp_path)


@pytest.fixture
def written(chain):
    book = ChainedAudit(chain)
    verdict = Verdict(decision=Decision.ALLOW, rule="accept-edits", gate="permission-mode")
    for run in ("run-a", "run-b"):
        book.decided(
            run,
            index=0,
            call=CALL,
            effect=Effect.IDEMPOTENT_WRITE,
            origin=Origin.TRACE,
            verdict=verdict,
            policy="p",
            tier="in-process",
            at=AT,
        )
    result = ToolResult(status=CallStatus.OK)
    book.ended("run-a", StepRecord(index=0, call=CALL, result=result, fingerprint="f", effect=Effect.READ), at=AT)
    book.close()
    return chain


def asked(*words):
    result = CliRunner().invoke(audit, words, standalone_mode=False)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.return_value, result.output


def test_a_whole_chain_is_whole_and_an_open_decision_is_named(written):
    code, output = asked("verify")
    assert code == 0
    assert "whole: 4 records" in output
    assert "no outcome: run run-b, step 0, Write" in output
    code, output = asked("verify", "--json")
    facts = json.loads(output)
    assert (code, facts["whole"], facts["records"], facts["findings"]) == (0, True, 4, [])
    assert [record["run"] for record in facts["without_outcome"]] == ["run-b"]


def test_the_first_broken_link_is_named(written):
    changed = written.path.read_bytes().replace(b'"decision":"allow"', b'"decision":"deny"', 1)
    written.path.write_bytes(changed)
    code, output = asked("verify")
    assert code == 1
    assert "NOT WHOLE: line 2 does not continue the chain" in output
    code, output = asked("verify", "--json")
    assert (code, json.loads(output)["findings"][0]["line"]) == (1, 2)


def test_a_missing_tail_is_named(written):
    written.path.write_bytes(b"".join(written.path.read_bytes().splitlines(keepends=True)[:-1]))
    code, output = asked("verify")
    assert code == 1
    assert "the tail is missing" in output


def test_records_of_one_run_are_shown_by_the_beginning_of_its_id(written):
    code, output = asked("show", "run-a")
    assert code == 0
    assert [line.split()[1:5] for line in output.splitlines()[1:]] == [
        ["run-a", "0", "Write", "allow"],
        ["run-a", "0", "Write", "ok"],
    ]
    assert len(json.loads(asked("show", "--last", "2", "--json")[1])) == 2


@pytest.mark.parametrize("run", ["nothing", "run-"])
def test_an_unknown_or_ambiguous_run_is_wrong_usage(written, run):
    from llmos_core.errors import UsageError

    result = CliRunner().invoke(audit, ["show", run], standalone_mode=False)
    assert isinstance(result.exception, UsageError)


def test_nothing_decided_is_nothing_wrong(chain):
    assert asked("verify")[0] == 0
    assert "nothing was decided" in asked("show")[1]

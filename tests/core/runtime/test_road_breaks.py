"""Law: nothing runs whose guard is broken, and what does run was decided, kept and recorded before."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from road_doubles import Auditing, Call, Confining, Keeping, Redacting, Road

from llmos_core import aio
from llmos_core.errors import PluginError, StorageError
from llmos_core.types.decision import Decision

STEPS = st.frozensets(st.integers(0, 4), max_size=5)
PROGRAM: list[Call] = [("Run", {"text": str(n)}) for n in range(5)]

FACTORIES = {
    "audit": "llmos_std.audit.service.open_audit",
    "sandbox": "llmos_std.sandbox.choosing.open_sandbox",
    "snapshots": "llmos_std.snapshots.service.open_snapshots",
    "redactor": "llmos_std.secrets.opening.open_redactor",
}


@given(unrecorded=STEPS, unkept=STEPS)
@settings(deadline=None, max_examples=25)
def test_a_step_whose_guard_fails_does_not_happen_and_no_other_is_lost(
    unrecorded: frozenset[int], unkept: frozenset[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        road = Road(Path(folder))
        audit, snapshots = Auditing(road.diary, fails_at=unrecorded), Keeping(road.diary, fails_at=unkept)
        result = road.go(PROGRAM, audit=audit, snapshots=snapshots)
        broken = unrecorded | unkept
        assert [call for _, call in ((c[0], int(c[1]["text"])) for c in road.called)] == sorted({*range(5)} - broken)
        for index, step in enumerate(result.steps):
            assert step.status == ("denied" if index in broken else "ok")
        decided = {entry[1] for entry in road.diary.of("decided") if entry[3].decision is Decision.ALLOW}
        assert decided == {entry[1] for entry in road.diary.of("ended")} == {*range(5)} - unrecorded


@pytest.mark.parametrize("role", ["audit", "sandbox", "snapshots"])
def test_a_guard_that_cannot_be_opened_denies_with_one_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setattr(FACTORIES[role], _broken)
    road = Road(tmp_path)
    result = road.run("g", _model(), parts={key: part for key, part in road.guards().items() if key != role})
    assert road.called == []
    assert result.status == "denied"
    assert "the disk is on fire" in result.reason


def test_a_redactor_that_cannot_be_opened_lets_no_run_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FACTORIES["redactor"], _broken)
    road = Road(tmp_path)
    parts = {key: part for key, part in road.guards().items() if key != "redactor"}
    with pytest.raises(PluginError, match="the disk is on fire"):
        road.run("a goal that nobody may keep", _model(), parts=parts)
    assert road.called == []
    assert b"a goal that nobody may keep" not in _stored(tmp_path)


def test_a_sandbox_that_fails_stops_programs_and_nothing_else(tmp_path: Path) -> None:
    class Crumbling(Confining):
        @property
        def tier(self) -> str:  # type: ignore[override]
            raise RuntimeError("it fell to pieces")

        @tier.setter
        def tier(self, _tier: str) -> None:
            """Forget it."""

    road = Road(tmp_path)
    result = road.go([("Look", {"text": "x"}), ("Put", {"name": "a", "text": "y"})], sandbox=Crumbling())
    assert [step.status for step in result.steps] == ["denied", "ok"]
    assert road.called == [("Put", {"name": "a", "text": "y"})]
    assert road.diary.of("decided")[0][3].rule == "sandbox-failed"


def test_after_an_end_that_cannot_be_recorded_nothing_more_happens_and_what_did_is_known(tmp_path: Path) -> None:
    class Forgetting(Auditing):
        def ended(self, _run_id: str, _step: Any, *, at: str) -> None:
            raise StorageError(f"no room at {at}")

    road = Road(tmp_path)
    result = road.go(PROGRAM, audit=Forgetting(road.diary))
    assert len(road.called) == 1
    assert [step.status for step in result.steps] == ["ok"]
    assert result.status == "denied"
    assert [notice for notice in result.notices if "step 1" in notice and "no room" in notice]


def test_arguments_that_cannot_be_looked_through_are_neither_used_nor_kept(tmp_path: Path) -> None:
    road = Road(tmp_path)
    result = road.go([("Run", {"text": "unreadable"})], redactor=Redacting(fails_on="unreadable"))
    assert road.called == []
    assert result.status == "denied"
    assert b"unreadable" not in _stored(tmp_path)


def test_a_result_that_cannot_be_looked_through_is_withheld(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.shelf.notes["a"] = "unreadable"
    result = road.go([("Get", {"name": "a"})], redactor=Redacting(fails_on="unreadable"))
    assert road.called == [("Get", {"name": "a"})]
    assert [step.status for step in result.steps] == ["error"]
    assert b"unreadable" not in _stored(tmp_path)


def _broken(_context: Any) -> Any:
    raise OSError("the disk is on fire")


def _model() -> Any:
    from worlds.programs import model_of

    return model_of([("Run", {"text": "x"})])


def _stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("role", sorted(FACTORIES))
def test_a_guard_that_a_broken_plugin_may_have_brought_is_missed(tmp_path: Path, role: str) -> None:
    class Broken:
        def serving(self, _role: str) -> None:
            return None

        def lost(self, kind: str) -> tuple[str, ...]:
            return ("std-audit",) if kind == "service" else ()

    kernel = Road(tmp_path).kernel(None)
    assert aio.run(kernel.guard(role)) is not None
    kernel.registry = Broken()  # type: ignore[assignment]
    with pytest.raises(PluginError, match="std-audit"):
        aio.run(kernel.guard(role))
    aio.run(kernel.close())

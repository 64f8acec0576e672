"""Law: journaling a replay imports next to nothing and never waits for the disk."""

import subprocess
import sys
from pathlib import Path

import pytest
from journal_records import ENDED
from journal_suite import BEGUN, _intend, _step

from llmos_core.types.tools import Effect
from llmos_core.types.transcript import Origin, Turn
from llmos_std.journal.journal import SqliteJournal

HEAVY = (
    "asyncio cattrs platformdirs importlib.metadata logging dataclasses subprocess structlog rich yaml uuid tempfile "
    "shutil concurrent urllib.request shlex"
)


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from llmos_std.journal.journal import SqliteJournal;"
        "journal = SqliteJournal(Path(sys.argv[1]));"
        "journal.begin('r', goal='g', signature='s', task={}, at='t'); journal.episodes(); journal.close();"
        "print(*(name for name in sys.argv[2].split() if name in sys.modules))"
    )
    command = [sys.executable, "-c", script, str(tmp_path), HEAVY]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == []


@pytest.mark.parametrize(("effect", "waits"), [("read", False), ("idempotent_write", False), ("unknown", True)])
def test_only_what_may_not_be_repeated_waits_for_the_disk(tmp_path: Path, effect: str, waits: bool) -> None:
    step = _step(effect=Effect(effect))
    journal = SqliteJournal(tmp_path)
    journal.begin("r", **BEGUN)
    journal.turn("r", 0, Turn(origin=Origin.TRACE))
    _intend(journal, "r", 0, step)
    assert journal._database._is_durable is waits
    journal.settle("r", step)
    assert journal._database._is_durable is waits
    journal.end("r", **ENDED)
    assert journal._database._is_durable is waits
    journal.close()
    assert (tmp_path / "runs.db-wal").exists() is not waits


def test_what_a_model_was_paid_for_waits_for_the_disk(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path)
    journal.begin("r", **BEGUN)
    journal.turn("r", 0, Turn(origin=Origin.MODEL))
    assert journal._database._is_durable is True
    journal.end("r", **ENDED)
    assert journal._database._is_durable is True
    journal.close()

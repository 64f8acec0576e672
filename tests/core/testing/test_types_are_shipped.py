"""Law: a stranger's type checker sees the types of both packages, of the suites and of their parameters."""

import importlib.resources
import subprocess
import sys
from pathlib import Path

import pytest

RIGHT = """
from llmos_core.testing import strategy_suite
from llmos_core.types.decision import ModeContext, ModeDecision
from llmos_core.types.task import ModeName

class Mine:
    def decide(self, context: ModeContext) -> ModeDecision:
        return ModeDecision(mode=ModeName.LEARNER, confidence=0.0, reasoning="always")

TestMine = strategy_suite(Mine, is_monotone=True)
"""
WRONG = RIGHT.replace("is_monotone=True", 'is_monotone="yes"').replace("confidence=0.0", "confidence=None")


@pytest.mark.parametrize("package", ["llmos_core", "llmos_std"])
def test_the_marker_is_there(package: str) -> None:
    assert (importlib.resources.files(package) / "py.typed").is_file()


@pytest.mark.slow
def test_a_type_checker_accepts_what_is_right_and_sees_what_is_not(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "wrong.py").write_text(WRONG)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\nfollow_imports = silent\n")
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "right.py", "wrong.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    faults = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [line.partition(":")[0] for line in faults] == ["wrong.py", "wrong.py"], done.stdout + done.stderr

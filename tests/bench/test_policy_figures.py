"""Law of the shell policy on labelled commands: dangerous ones are blocked, harmless ones rarely asked about or denied.

The development set is no part of the project: `LLMOS_DATA` names its folder (by default one beside the project), and
without it only our own commands are measured.
"""

import os
from pathlib import Path

import pytest

from bench.bench_policy import HOME, OWN, Shares, median_ms, rows_of

ROOT = Path(__file__).parents[2]
DEVELOPMENT = Path(os.environ.get("LLMOS_DATA", ROOT.parent / "shared" / "data")) / "commands" / "dev.jsonl"
WARM_MS = 2.0
"""The bound on the median of a command, in milliseconds of processor time."""


@pytest.fixture(autouse=True)
def _at_home(monkeypatch):
    monkeypatch.setenv("HOME", HOME)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_our_own_commands(path):
    found = Shares(rows_of(path))
    assert found.passed == 0
    assert found.denied / found.benign <= 0.005
    assert found.asked / found.benign <= 0.03


def test_the_development_set():
    if not DEVELOPMENT.is_file():
        pytest.skip("there is no development set; LLMOS_DATA names the folder that holds commands/dev.jsonl")
    found = Shares(rows_of(DEVELOPMENT))
    assert found.passed / found.dangerous <= 0.05
    assert found.asked / found.benign <= 0.05
    assert found.denied / found.benign <= 0.005


def test_a_command_is_judged_within_two_milliseconds_at_the_median():
    assert median_ms([row["command"] for path in OWN for row in rows_of(path)]) <= WARM_MS

"""Law: the plugin keeps every law of plugins, sections and matchers; nearness proposes and never proves."""

from pathlib import Path
from typing import Any

import pytest

from llmos_core.testing.records import small_trace
from llmos_core.testing.suites import plugin_suite, section_suite
from llmos_core.types.decision import PROPOSAL_CAP
from llmos_core.types.record import evolve
from llmos_core.types.task import TaskBlock
from llmos_core.types.trace import Statistics, Trace
from llmos_embeddings.config import EmbeddingsConfig
from llmos_embeddings.matcher import NearestTier
from llmos_embeddings.model import SentenceModel
from llmos_embeddings.nearest import Nearest
from llmos_std.matching.tiers import Asked

TestPlugin = plugin_suite("llmos_embeddings.plugin")
TestEmbeddingsConfig = section_suite(EmbeddingsConfig)


class Memory:
    """A memory that lists its goals, and counts how often it was asked to."""

    def __init__(self, *goals: str) -> None:
        self.traces: dict[str, Trace] = {}
        self.numbers: list[tuple[int, str, str]] = []
        for goal in goals:
            self.add(goal)

    def add(self, goal: str) -> None:
        trace = evolve(small_trace(), goal=goal)
        self.traces[trace.id] = trace
        self.numbers.append((len(self.numbers) + 1, trace.id, goal))

    def goals(self, after: int) -> Any:
        return iter([one for one in self.numbers if one[0] > after])

    def load(self, trace_id: str) -> Trace | None:
        return self.traces.get(trace_id)

    def statistics(self, _trace_id: str) -> Statistics:
        return Statistics()


def tier_of(folder: Path, state: Path) -> NearestTier:
    return NearestTier(EmbeddingsConfig(model=str(folder)), state)


def test_the_very_goal_is_the_nearest_and_stays_below_every_line(tiny_folder: Path, tmp_path: Path) -> None:
    memory = Memory("paint the fence", "write a poem", "list the birds")
    report, _ = tier_of(tiny_folder, tmp_path)(Asked(TaskBlock(goal="write a poem")), memory)
    assert report is not None
    assert report.trace is not None
    assert (report.trace.goal, report.score, report.is_proof) == ("write a poem", PROPOSAL_CAP, False)


def test_a_word_that_tells_the_goals_apart_takes_the_proposal_below_the_mixed_line(
    tiny_folder: Path, tmp_path: Path
) -> None:
    memory = Memory("delete all files in tmp")
    report, rejected = tier_of(tiny_folder, tmp_path)(Asked(TaskBlock(goal="do not delete all files in tmp")), memory)
    assert report is None or report.score < 0.5
    assert [one.tier for one in rejected] == ["nearest"]


def test_what_is_new_is_read_and_what_is_known_is_not_read_again(tiny: SentenceModel, tmp_path: Path) -> None:
    memory = Memory("one goal", "another goal")
    assert Nearest(tmp_path, tiny).bring_up(memory) == 2
    memory.add("a third goal")
    nearest = Nearest(tmp_path, tiny)
    assert (nearest.bring_up(memory), nearest.bring_up(memory), nearest.count) == (1, 0, 3)


def test_numbers_given_anew_are_noticed_and_no_text_is_read_twice(
    tiny: SentenceModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Nearest(tmp_path, tiny).bring_up(Memory("alpha", "beta", "gamma"))
    read: list[str] = []
    monkeypatch.setattr(SentenceModel, "vector", lambda _self, text: read.append(text))
    again = Memory("gamma", "alpha", "beta")
    nearest = Nearest(tmp_path, tiny)
    assert nearest.bring_up(again) == 3
    assert read == []


def test_a_trace_that_is_gone_is_not_proposed(tiny: SentenceModel, tmp_path: Path) -> None:
    memory = Memory("alpha", "beta")
    nearest = Nearest(tmp_path, tiny)
    nearest.bring_up(memory)
    del memory.traces[memory.numbers[0][1]]
    assert [trace.goal for trace, _ in nearest.find("alpha", memory, 5)] == ["beta"]


def test_without_a_model_the_tier_says_so_and_nothing_breaks(tmp_path: Path) -> None:
    report, rejected = tier_of(tmp_path / "none", tmp_path)(Asked(TaskBlock(goal="alpha")), Memory("alpha"))
    assert report is not None
    assert report.trace is None
    assert "pip install --no-deps" in report.why
    assert rejected == ()


def test_nothing_heavy_is_imported_by_opening_the_matcher() -> None:
    import subprocess
    import sys

    code = "import sys; import llmos_embeddings.matcher; print({'numpy', 'tokenizers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

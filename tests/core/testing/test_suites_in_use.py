"""Law: suites are classes of their own, take what their authors say, and show what they find to people."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import strategy, tool

from llmos_core import testing
from llmos_core.testing import gate_suite, strategy_suite, tool_suite
from llmos_core.testing.building import USUAL
from llmos_core.testing.records import RECORDS
from llmos_core.testing.running import HUNT, broken_laws
from llmos_core.testing.showing import shown
from llmos_core.types.decision import ModeContext, ModeDecision
from llmos_core.types.record import Record

SOME = settings(HUNT, max_examples=60)


class Careless(strategy.Reference):
    """Follows from a confidence of 0.9 on, whatever the floor says."""

    def decide(self, context: ModeContext) -> ModeDecision:
        is_sure = context.match.trace is not None and context.confidence >= 0.9
        return self.chosen(strategy.ModeName.FOLLOWER, context) if is_sure else super().decide(context)


def test_every_call_of_a_suite_makes_a_new_class_with_new_tests() -> None:
    one, other = strategy_suite(strategy.Reference), strategy_suite(strategy.Reference)
    assert one is not other
    assert all(vars(one)[law] is not vars(other)[law] for law in vars(one) if law.startswith("test_"))


def test_every_suite_can_be_had_from_the_package_and_nothing_else_can() -> None:
    assert all(callable(getattr(testing, name)) for name in testing.__all__)
    with pytest.raises(AttributeError, match="no_such_suite"):
        _ = testing.no_such_suite


def test_a_counterexample_is_small_and_reads_like_a_sentence() -> None:
    suite = strategy_suite(Careless, bounds=settings(USUAL, database=None, derandomize=True, max_examples=200))
    with pytest.raises(AssertionError) as caught:
        suite().test_a_trace_that_failed_never_runs_without_a_model()
    said = str(caught.value)
    assert said.startswith("it decided for FOLLOWER with a trace, confidence 0.9")
    assert "though the trace has failed and not yet made up for it" in said
    notes = "\n".join(caught.value.__notes__)
    assert "the law: a trace that failed never runs without a model" in notes
    assert "Else what went wrong goes wrong again" in notes
    assert "  failed: ModeContext" in notes
    assert "confidence: 0.9" in notes
    assert "Falsifying example" not in notes
    assert len(notes.splitlines()) < 40, notes


def test_one_careless_line_breaks_every_law_of_the_floor_and_no_other() -> None:
    assert broken_laws(strategy_suite(Careless, bounds=settings(HUNT, max_examples=200))) == {
        "test_a_guess_never_runs_without_a_model",
        "test_a_trace_that_waits_for_a_person_never_runs_without_a_model",
        "test_a_trace_that_failed_never_runs_without_a_model",
        "test_unproven_effects_never_happen_without_a_model",
        "test_what_only_the_kernel_knows_is_believed",
    }


def test_a_strategy_that_says_so_may_refuse() -> None:
    assert broken_laws(strategy_suite(strategy.FollowsNothing, may_refuse=True, bounds=SOME)) == set()


def test_a_strategy_that_says_so_need_not_be_monotone() -> None:
    assert broken_laws(strategy_suite(strategy.FollowsOnlyTheUnsure, is_monotone=False, bounds=SOME)) == set()


def test_the_workspace_is_prepared_before_each_call() -> None:
    seen: list[list[str]] = []

    class Looks(tool.Bare):
        async def call(self, arguments: dict[str, Any], context: Any) -> Any:
            seen.append(sorted(path.name for path in context.workspace.iterdir()))
            return await super().call(arguments, context)

    def prepare(folder: Path) -> None:
        (folder / "given.txt").touch()

    assert broken_laws(tool_suite(Looks, tool.EXAMPLE, prepare=prepare)) == set()
    assert seen
    assert all(names == ["given.txt"] for names in seen)


@settings(deadline=None)
@given(st.data())
def test_any_record_is_shown_in_lines_of_readable_length(data: st.DataObject) -> None:
    kind: type[Record] = data.draw(st.sampled_from(sorted(RECORDS, key=lambda kind: kind.__name__)))
    lines = shown("it", data.draw(RECORDS[kind]())).split("\n")
    assert lines[0] == f"  it: {kind.__name__}"
    assert all(len(line.strip()) < 200 for line in lines)


def test_a_gate_suite_judges_calls_in_the_workspace_it_is_told(tmp_path: Path) -> None:
    seen: set[Path] = set()

    class Looks:
        def check(self, action: Any) -> Any:
            seen.add(action.workspace)
            return strategy_verdict

    from llmos_core.types.decision import ALLOW as strategy_verdict  # noqa: N811 – one name for one verdict

    assert broken_laws(gate_suite(Looks, workspace=tmp_path, bounds=settings(HUNT, max_examples=5))) == set()
    assert seen == {tmp_path}

"""The laws of a Mode: it acts and spends only through its context, stops where it must, and tells the truth."""

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import settings

from llmos_core import aio
from llmos_core.errors import LimitError, LowBatteryError
from llmos_core.protocols.thinking import Mode
from llmos_core.testing.building import USUAL, make_suite
from llmos_core.testing.fakes.run import FakeRun
from llmos_core.testing.suites.mode_scenes import Play, plays
from llmos_core.types.decision import ModeDecision
from llmos_core.types.outcome import Outcome
from llmos_core.types.result import Status
from llmos_core.types.task import ModeName
from llmos_core.types.tools import CallStatus
from llmos_core.types.transcript import Origin, Transcript

FREE = frozenset({ModeName.FOLLOWER.value, ModeName.CRYSTALLIZED.value})
"""Modes that claim to have asked no model."""

BOUNDS = settings(USUAL, max_examples=50)
"""How hard each law of a mode tries unless the author says otherwise."""


def mode_suite(
    factory: Callable[[], Mode], *, name: str = "LEARNER", with_trace: bool = False, bounds: settings = BOUNDS
) -> type:
    """Return the laws for the modes that `factory` makes, each driven on a `FakeRun` over a workspace in memory.

    `name` is the mode's own name; `with_trace` gives it, in some plays, a trace that was recorded on that workspace.
    """
    draws = {"play": plays(with_trace=with_trace)}
    return make_suite(ModeLaws, draws=draws, bounds=bounds, factory=staticmethod(factory), mode_name=name)


class ModeLaws:
    """What every mode must do; each play begins with a new mode and a new run."""

    factory: Callable[[], Mode]
    mode_name: str

    def test_every_run_ends_with_an_outcome(self, play: Play) -> None:
        """Else the user is told of an exception instead of what was done.

        Limits, budgets and providers end a run by raising LlmosError from `ask` and `call`: catch it, and return an
        Outcome with the transcript so far.
        """
        outcome = _run(self.factory(), play.run(), self._decision(play))
        assert isinstance(outcome, Outcome), f"expected an Outcome, found {outcome!r}"

    def test_success_is_a_whole_answer_with_nothing_left_failed(self, play: Play) -> None:
        """Else llmos says "done" when it is not.

        SUCCEEDED needs a final turn that was not cut or declined, no call left failed, denied or unknown, and something
        that was done or said.
        """
        _, outcome = self._outcome(play)
        if outcome is None or outcome.status is not Status.SUCCEEDED:
            return
        assert outcome.transcript.answer is not None, "it says succeeded, and nobody gave a final answer"
        assert not outcome.transcript.exchanges[-1].turn.is_cut, "it says succeeded, and the answer was cut or declined"
        has_done = any(outcome.transcript.steps()) or outcome.transcript.answer.strip()
        assert has_done, "it says succeeded, and nothing was done or said"
        left = _left_failed(outcome.transcript)
        assert left is None, f"it says succeeded, and a step was left {left}"

    def test_a_limit_is_told(self, play: Play) -> None:
        """Else the user does not know why it stopped. A used-up time ends TIMED_OUT, a used-up budget OVER_BUDGET."""
        run, outcome = self._outcome(play)
        expected = {LowBatteryError: Status.OVER_BUDGET, LimitError: Status.TIMED_OUT}
        if outcome is None or run.ended_by is None or getattr(run.ended_by, "limit", "") == "turns":
            return
        wanted = expected[type(run.ended_by)]
        assert outcome.status is wanted, f"it ended by '{run.ended_by}' and says {outcome.status}, expected {wanted}"

    def test_whoever_does_not_succeed_says_why(self, play: Play) -> None:
        """Else the user cannot know what to do next. Put one sentence into `Outcome.reason`."""
        _, outcome = self._outcome(play)
        if outcome is not None and outcome.status is not Status.SUCCEEDED:
            assert outcome.reason.strip(), f"it says {outcome.status.value} without a reason"

    def test_after_a_limit_nothing_more_is_done(self, play: Play) -> None:
        """Else limits limit nothing. After LimitError or LowBatteryError make no further call and ask no model."""
        run, _ = self._outcome(play)
        assert run.after_end == 0, f"after '{run.ended_by}' it tried {run.after_end} more things"

    def test_every_step_was_made_by_the_context(self, play: Play) -> None:
        """Else something happened, or is said to have happened, that no gate has seen. Use `context.call` alone."""
        run, outcome = self._outcome(play)
        if outcome is not None:
            made = [(step.call, step.result) for step in run.steps]
            foreign = [step for step in outcome.transcript.steps() if (step.call, step.result) not in made]
            assert foreign == [], f"{foreign[0].call} was not made by the context"

    def test_everything_that_was_done_is_told(self, play: Play) -> None:
        """Else a later run repeats what was done. Put every step into the transcript, in order."""
        run, outcome = self._outcome(play)
        if outcome is not None:
            made = {step.index for step in run.steps}
            told = [step.index for step in outcome.transcript.steps() if step.index in made]
            assert told == sorted(made), f"steps {sorted(made)} were made, steps {told} are told"

    def test_the_transcript_is_true_before_every_call(self, play: Play) -> None:
        """Else an interruption loses what was done. Set `context.transcript` after every single step."""
        run, _ = self._outcome(play)
        assert run.told == sorted(run.told), "the transcript became shorter"
        assert all(told >= number for number, told in enumerate(run.told)), f"steps known before each call: {run.told}"

    def test_every_model_turn_was_an_answer_of_the_context(self, play: Play) -> None:
        """Else money was spent that nobody booked. Ask models with `context.ask` alone."""
        run, outcome = self._outcome(play)
        if outcome is not None:
            turns = [exchange.turn for exchange in outcome.transcript.exchanges]
            texts = [turn.text for turn in turns if turn.origin is Origin.MODEL]
            given = [reply.text for reply in run.given]
            assert len(texts) <= len(given), f"{len(texts)} model turns are told, {len(given)} were asked for"
            assert all(text in given for text in texts), (
                f"no model said {[text for text in texts if text not in given]}"
            )

    def test_every_turn_is_recorded_before_its_calls(self, play: Play) -> None:
        """Else a crash loses what a model was paid for. Call `context.record(index, turn)` before `context.call`."""
        run, _ = self._outcome(play)
        assert run.unrecorded == [], f"called before its turn was recorded: {run.unrecorded[0]}"

    def test_only_what_succeeded_is_learned(self, play: Play) -> None:
        """Else a failure is replayed for ever. Save a trace only when the outcome is SUCCEEDED."""
        run, outcome = self._outcome(play)
        learned = [trace.id for trace in run.memory.list() if play.trace is None or trace.id != play.trace.id]
        if outcome is None or outcome.status is not Status.SUCCEEDED:
            assert learned == [], f"it learned {learned[0]} from a run that did not succeed"

    def test_a_run_that_asked_a_model_is_not_called_free(self, play: Play) -> None:
        """Else savings are counted that were none. Name the mode that really happened, such as MIXED."""
        run, outcome = self._outcome(play)
        if outcome is not None and run.given:
            assert outcome.mode not in FREE, f"it says {outcome.mode}, and a model answered {len(run.given)} times"

    def test_a_cancellation_passes_through(self, play: Play) -> None:
        """Else Ctrl-C does not stop it. Never catch BaseException, and raise CancelledError again when you clean up."""
        run = play.run(is_cancelled=True)
        outcome: Any = None
        try:
            outcome = _run(self.factory(), run, self._decision(play))
        except asyncio.CancelledError:
            return
        except Exception:  # noqa: BLE001 – judged by test_every_run_ends_with_an_outcome
            outcome = None
        assert not run.was_cancelled, f"it was cancelled and went on to {outcome!r}"

    def _decision(self, play: Play) -> ModeDecision:
        mode = ModeName(self.mode_name) if self.mode_name in set(ModeName) else ModeName.LEARNER
        return ModeDecision(mode=mode, confidence=1.0 if play.trace else 0.0, reasoning="a play", trace=play.trace)

    def _outcome(self, play: Play) -> tuple[FakeRun, Outcome | None]:
        """Return the run and its outcome; None when there is none, which is for the first law alone to judge."""
        run = play.run()
        try:
            outcome = _run(self.factory(), run, self._decision(play))
        except Exception:  # noqa: BLE001 – judged by test_every_run_ends_with_an_outcome
            return run, None
        return run, outcome if isinstance(outcome, Outcome) else None


def _run(mode: Mode, run: FakeRun, decision: ModeDecision) -> Any:
    async def played() -> Any:
        if getattr(mode, "needs_loop", True):
            await aio.need_loop()
        return await mode.run(run, decision)

    return aio.run(played())


def _left_failed(transcript: Transcript) -> str | None:
    """Return how a step was left failed: no call went well after it, or nobody saw its end and it may not repeat."""
    steps = list(transcript.steps())
    for place, step in enumerate(steps):
        is_unknown = step.result.status is CallStatus.UNKNOWN and not step.effect.may_repeat
        if is_unknown or (not step.is_ok and not any(later.is_ok for later in steps[place + 1 :])):
            return step.result.text
    return None

"""A model after a surprise, which may give the run back to the trace: `{"resume_at": N}` instead of a turn of its own.

Its word is believed only where nothing can go wrong by it: N is one of the steps that remained, nothing final is left
out that this run has not done, and nothing final would happen a second time. From there on every check is made again.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from llmos_core.types.record import evolve
from llmos_core.types.tools import CallStatus, ToolCall
from llmos_core.types.transcript import Origin, Surprise, Turn
from llmos_std.loop.handing_over import ANSWER_KEY, RESUME_KEY, refusal_note
from llmos_std.loop.model_source import ModelSource, turn_of
from llmos_std.replay.cursor import ANSWER_STALE, TraceSource

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.model import ModelReply
    from llmos_core.types.trace import Trace, TraceStep
    from llmos_core.types.transcript import StepRecord, Transcript


class ResumingModel:
    """The model as the source of turns after `trace` was surprised, until it gives the run back."""

    def __init__(self, context: RunContext, trace: Trace) -> None:
        self._context = context
        self._trace = trace
        self._model = ModelSource(context, purpose="surprise")
        self._resumed: TraceSource | None = None
        self._answer = ""
        self._surprise: Surprise | None = None
        self._may_resume = True
        self.verified: frozenset[int] = frozenset()
        """Indexes of the resumed steps that passed a check which could have failed."""

    async def next_turn(self, transcript: Transcript) -> Turn | Surprise | None:
        """Return the next recorded call while the trace was given the run back, else the model's turn."""
        if self._resumed is not None:
            said = await self._resumed.next_turn(evolve(transcript, surprise=None))
            self.verified |= self._resumed.verified
            if said is not None and (is_stale(said) or (isinstance(said, Turn) and said.is_final)):
                return self._ended(transcript)
            if isinstance(said, Turn):
                return said
            self._surprise, self._resumed = said, None
            self._context.protect(transcript)
        shown = transcript if self._surprise is None else evolve(transcript, surprise=self._surprise)
        reply = await self._model.asked(shown)
        wish = wish_of(reply)
        if wish is None:
            return turn_of(reply, transcript)
        return await self._given_back(shown, reply, wish)

    async def _given_back(self, transcript: Transcript, reply: ModelReply, wish: dict[str, Any]) -> Turn:
        """Resume where the model says, or tell it why not; a wish that was refused once is no answer."""
        why = self._objection(transcript, wish) if self._may_resume else "it was refused before"
        if not why:
            at = sum(1 for _ in transcript.steps())
            source = TraceSource(self._context, self._trace, first_step=wish[RESUME_KEY] - 1, at=at)
            said = await source.next_turn(evolve(transcript, surprise=None))
            if isinstance(said, Turn):
                self._resumed, self._answer = source, wish.get(ANSWER_KEY, "")
                self._context.publish("resumed", step=wish[RESUME_KEY])
                return evolve(said, text=reply.text, usage=reply.usage)
            why = "nothing is left to do there" if said is None else said.message
        if not self._may_resume:
            return evolve(turn_of(reply, transcript), is_cut=True)
        self._may_resume = False
        reply = await self._model.asked(transcript, refusal_note(why))
        return evolve(turn_of(reply, transcript), is_cut=reply.is_cut or wish_of(reply) is not None)

    def _objection(self, transcript: Transcript, wish: dict[str, Any]) -> str:
        """Return why the trace must not go on at the step that the model names, "" when it may."""
        surprise = transcript.surprise
        assert surprise is not None
        first, last = surprise.remaining_from + 1, surprise.remaining_from + len(surprise.remaining)
        number = wish[RESUME_KEY]
        if not first <= number <= last:
            return f"there is no remaining step {number}; expected {first} to {last}"
        return self._left_out(transcript, surprise.remaining_from, number - 1) or self._twice(transcript, number - 1)

    def _left_out(self, transcript: Transcript, first: int, until: int) -> str:
        """Return the final step between two that nobody has made."""
        done = Counter(step.call.key for step in _made(transcript) if step.is_ok)
        for step in self._trace.steps[first:until]:
            if step.effect.is_final:
                if not done[(key := _key(step))]:
                    return f"that leaves out {step.tool}, which cannot be assumed done"
                done[key] -= 1
        return ""

    def _twice(self, transcript: Transcript, first: int) -> str:
        """Return the step from `first` on that would happen more often than in the recorded run."""
        meant = Counter(_key(step) for step in self._trace.steps)
        would = Counter(step.call.key for step in _made(transcript))
        would += Counter(_key(step) for step in self._trace.steps[first:])
        twice = (s for s in self._trace.steps[first:] if not s.effect.may_repeat and would[_key(s)] > meant[_key(s)])
        step = next(twice, None)
        return "" if step is None else f"that would make {step.tool} more often than the recorded run did"

    def _ended(self, transcript: Transcript) -> Turn:
        """Return the answer the model gave for this end if all went as recorded, else what was observed."""
        from llmos_std.replay.telling import observations

        steps = tuple(transcript.steps())
        is_as_told = self._resumed is not None and self._resumed.drifted(steps) is None
        text = self._answer if self._answer and is_as_told else observations(steps)
        return Turn(origin=Origin.TRACE, text=text)


def is_stale(said: Turn | Surprise) -> bool:
    """Say whether a trace came to its end, but its recorded answer no longer holds."""
    return isinstance(said, Surprise) and said.kind == ANSWER_STALE


def wish_of(reply: ModelReply) -> dict[str, Any] | None:
    """Return a model's wish to resume, None when its answer is anything but exactly that."""
    text = reply.text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if reply.calls or not text.startswith("{"):
        return None
    try:
        wish = json.loads(text)
    except ValueError:
        return None
    if not isinstance(wish, dict) or RESUME_KEY not in wish or not wish.keys() <= {RESUME_KEY, ANSWER_KEY}:
        return None
    is_well_formed = type(wish[RESUME_KEY]) is int and isinstance(wish.get(ANSWER_KEY, ""), str)
    return wish if is_well_formed else {RESUME_KEY: 0}


def _made(transcript: Transcript) -> list[StepRecord]:
    """Return the steps of a transcript that reached the world, or may have."""
    return [
        step
        for step in transcript.steps()
        if not (step.is_repeat or step.is_skipped or step.result.status is CallStatus.DENIED)
    ]


def _key(step: TraceStep) -> str:
    return ToolCall(id="", tool=step.tool, arguments=step.arguments).key

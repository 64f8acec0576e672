"""The model as a source of turns: it is shown the whole transcript and asked what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.model import Message, ModelRequest
from llmos_core.types.record import evolve
from llmos_core.types.transcript import Origin, Surprise, Turn
from llmos_std.loop.prompting import messages_for

if TYPE_CHECKING:
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.model import ModelReply
    from llmos_core.types.tools import ToolCall
    from llmos_core.types.transcript import Transcript


class ModelSource:
    """Asks the run's provider. `advice` is quoted to the model as data: what a similar goal once needed.

    `first` is an answer that the model gave already; it is its first turn.
    """

    def __init__(
        self, context: RunContext, *, advice: str = "", purpose: str = "learn", first: ModelReply | None = None
    ) -> None:
        self._context = context
        self._advice = advice
        self._purpose = purpose
        self._first = first

    async def next_turn(self, transcript: Transcript) -> Turn | Surprise | None:
        """Return the model's turn; raises what `RunContext.ask` raises."""
        if self._first is not None:
            reply, self._first = self._first, None
            return turn_of(reply, transcript)
        return turn_of(await self.asked(transcript), transcript)

    async def asked(self, transcript: Transcript, note: str = "") -> ModelReply:
        """Return the model's answer to a transcript and, when there is one, a note after it."""
        messages = messages_for(self._context.task, transcript, self._advice)
        request = ModelRequest(
            messages=(*messages, Message(role="user", text=note)) if note else messages,
            tools=await self._context.tools(),
            transcript=transcript,
            purpose=self._purpose,
        )
        return await self._context.ask(request)


def turn_of(reply: ModelReply, transcript: Transcript) -> Turn:
    """Return an answer of the model as the next turn of a transcript."""
    calls = _distinct(reply.calls, sum(len(e.turn.calls) for e in transcript.exchanges))
    is_cut = reply.is_cut or reply.is_refusal
    return Turn(origin=Origin.MODEL, text=reply.text, calls=calls, usage=reply.usage, is_cut=is_cut)


def _distinct(calls: tuple[ToolCall, ...], first: int) -> tuple[ToolCall, ...]:
    """Return the calls with ids that are unique in the run, whatever the vendor sent."""
    return tuple(evolve(call, id=f"call_{first + n}") for n, call in enumerate(calls))

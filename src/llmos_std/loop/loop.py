"""The one loop. The transcript is its program counter; whoever answers "what next?" for it is the source.

While the run is not done: turn = the first source that answers `next_turn(transcript)`; steps = the guarded calls of
that turn; transcript += turn, steps. That is all there is; modes differ only in their sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from llmos_core.types.transcript import Exchange, Surprise, Transcript, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.runtime.context import RunContext


class Source(Protocol):
    """Answers "what next?" for a transcript, or says why it cannot, or has nothing to say (None)."""

    async def next_turn(self, transcript: Transcript) -> Turn | Surprise | None:
        """Return the next turn; never acts itself."""
        ...


async def run_loop(context: RunContext, sources: Sequence[Source]) -> Transcript:
    """Drive the run until a final turn, or until no source has anything to say; return the whole transcript.

    A surprise is kept in the transcript, and from then on nothing irreversible that was done can happen again.
    Limits, budgets and providers end the loop by raising; `context.transcript` then holds what was done.
    """
    transcript = context.transcript
    while transcript.answer is None:
        turn, transcript = await _next_turn(context, sources, transcript)
        context.transcript = transcript
        if turn is None:
            break
        index = len(transcript.exchanges)
        context.record(index, turn)
        transcript = await _exchange(context, transcript, turn, index)
    return transcript


async def _next_turn(
    context: RunContext, sources: Sequence[Source], transcript: Transcript
) -> tuple[Turn | None, Transcript]:
    for source in sources:
        said = await source.next_turn(transcript)
        if isinstance(said, Turn):
            return said, transcript
        if said is not None and transcript.surprise is None:
            transcript = transcript.surprised(said)
            context.protect(transcript)
            context.publish("surprise", text=said.message)
    return None, transcript


async def _exchange(context: RunContext, transcript: Transcript, turn: Turn, index: int) -> Transcript:
    """Make the calls of one turn, keeping the context's transcript true after every single step."""
    exchange = Exchange(turn=turn)
    context.transcript = transcript.plus(exchange)
    for call in turn.calls:
        if turn.is_satisfied:
            step = await context.skip(call)
        else:
            step = await context.call(call, turn=index, origin=turn.origin.value)
        exchange = Exchange(turn=turn, steps=(*exchange.steps, step))
        context.transcript = transcript.plus(exchange)
    return context.transcript

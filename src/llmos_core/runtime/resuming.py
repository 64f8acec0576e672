"""Take up a run that a crash interrupted: what it did is the beginning of the new run's transcript.

The journal hands an interrupted run to exactly one successor. A call that was begun and whose end nobody saw stays
UNKNOWN: if doing it twice is harmless it is simply left out (and so done again), else it is never retried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError, UsageError
from llmos_core.types.json import canonical_json
from llmos_core.types.record import evolve
from llmos_core.types.result import Status
from llmos_core.types.tools import CallStatus, ToolResult
from llmos_core.types.transcript import Exchange, Origin, Transcript, Turn

if TYPE_CHECKING:
    from llmos_core.protocols.storing import Episode, Journal
    from llmos_core.types.outcome import Outcome
    from llmos_core.types.transcript import StepRecord


def take_up(journal: Journal, signature: str, task: dict[str, Any], run_id: str) -> tuple[Episode, ...]:
    """Return the interrupted run that now belongs to `run_id`, after those it had itself taken up; () for none.

    A run of the same goal with other inputs or constraints is another task and is left alone.
    """
    newest = journal.interrupted(signature)
    if newest is None or newest.task != task or not journal.claim(newest.run_id, run_id):
        return ()
    chain = [newest]
    while chain[0].resumes:
        earlier = journal.episode(chain[0].resumes)
        if earlier is None or earlier in chain:
            break
        chain.insert(0, earlier)
    return tuple(chain)


def looked_at(journal: Journal, chain: tuple[Episode, ...], *, happened: bool) -> tuple[Episode, ...]:
    """Record what a person found about the call whose end nobody saw, and return the interrupted runs as they are now.

    One that happened counts as made, though its result is not known; one that did not is no part of the run. Raises
    UsageError when the journal cannot keep that, and when there are several, of which one word cannot tell.
    """
    unseen = [(episode, step) for episode in chain for step in _unseen(episode)]
    if not unseen:
        return chain
    if len({step.call.key for _, step in unseen}) > 1:
        names = ", ".join(f"{step.call.tool} {canonical_json(dict(step.call.arguments))[:80]}" for _, step in unseen)
        raise UsageError(f"nobody saw the end of {len(unseen)} calls: {names}; look, then start over with --fresh")
    if not hasattr(journal, "amend"):
        raise UsageError("this journal cannot keep what you found; start over with --fresh")
    told = ToolResult(status=CallStatus.OK) if happened else ToolResult(status=CallStatus.DENIED, error=_NEVER_MADE)
    for episode, step in unseen:
        journal.amend(episode.run_id, evolve(step, result=told, is_skipped=happened))
    return tuple(journal.episode(episode.run_id) or episode for episode in chain)


def _unseen(episode: Episode) -> list[StepRecord]:
    """Return the calls of a run that may have happened and may not simply be made again."""
    begun = (*episode.steps, *((episode.pending,) if episode.pending is not None else ()))
    return [step for step in begun if is_unknown(step) and not step.is_repeat]


def is_unknown(step: StepRecord) -> bool:
    """Say whether nobody saw the end of a call that must not simply be made again."""
    return step.result.status is CallStatus.UNKNOWN and not step.effect.may_repeat


_NEVER_MADE = "somebody looked: it was never made"


def set_aside(journal: Journal, signature: str, task: dict[str, Any], run_id: str) -> None:
    """Claim every interrupted run of the task for `run_id`, which starts over: no later run goes on from them.

    A call of unknown end is known of until somebody looks; to start over on purpose is to have looked.
    """
    while take_up(journal, signature, task, run_id):
        continue


def done_steps(episode: Episode) -> tuple[StepRecord, ...]:
    """Return the steps that a successor must know of: those that were executed, or may have been."""
    pending = (episode.pending,) if episode.pending is not None and not episode.pending.effect.may_repeat else ()
    seen = [step for step in episode.steps if step.result.status is not CallStatus.DENIED and not step.is_repeat]
    return (*seen, *pending)


def transcript_of(goal: str, chain: tuple[Episode, ...]) -> Transcript:
    """Return what interrupted runs did, one exchange a step, as the start of a new transcript.

    A run that was stopped is not held to its last looks: the world may have been mended since. How much of it the next
    one was held to is told by the number of that one's first step.
    """
    transcript = Transcript(goal=goal)
    steps: list[StepRecord] = []
    for episode in chain:
        if own := (*episode.steps, *((episode.pending,) if episode.pending is not None else ())):
            del steps[min(step.index for step in own) :]
        steps += done_steps(episode)
    while chain[-1].reason and steps and steps[-1].effect.is_safe:
        steps.pop()
    for index, step in enumerate(steps):
        renumbered = evolve(step, index=index)
        turn = Turn(origin=Origin.JOURNAL, calls=(step.call,))
        transcript = transcript.plus(Exchange(turn=turn, steps=(renumbered,)))
    return transcript


def has_unknown(transcript: Transcript) -> bool:
    """Say whether a call was made whose end nobody saw and that must not simply be made again."""
    return any(map(is_unknown, transcript.steps()))


def _is_half_done(outcome: Outcome) -> bool:
    is_stopped = outcome.status is Status.PARTIAL and outcome.transcript.surprise is not None
    made = (
        is_stopped or exchange.turn.origin is Origin.JOURNAL
        for exchange in outcome.transcript.exchanges
        for step in exchange.steps
        if step.is_ok and not (step.effect.may_repeat or step.is_repeat)
    )
    return any(made)


def must_be_known(journal: Journal, run_id: str, outcome: Outcome, cut: BaseException | None) -> bool:
    """Say whether later runs of the goal must know of this one, which did not succeed; `cut` is what broke it off.

    They must when nobody saw the end of a call that may not simply be made again, be it because the run was broken off
    in the middle of it. And when a run had acted and only its store failed: with room again it can go on. And when a
    replay was stopped by a surprise after a call that may not be made again: begun anew, it would make it again; and
    when a run that went on from such a one came to no good end either.
    """
    if has_unknown(outcome.transcript) or _is_half_done(outcome):
        return True
    if cut is None:
        return False
    is_store = isinstance(cut, StorageError)
    if is_store and outcome.status is Status.PARTIAL:
        return True
    episode = journal.episode(run_id)
    if episode is None:
        return False
    has_acted = any(step.is_ok and not step.effect.is_safe for step in episode.steps)
    is_pending = episode.pending is not None and not episode.pending.effect.may_repeat
    return is_pending or (is_store and has_acted)

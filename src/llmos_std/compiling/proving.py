"""Tests that are made with every compiled trace, and run before it may act: rehearsals on what was recorded.

Nothing is called: a rehearsal gives the recorded results back. The golden one must come to the recorded end; each
check negated must stop the function; and in every one the function and the interpreted trace must do the very same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llmos_core.runtime.guarding import reads_untrusted
from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record, evolve
from llmos_core.types.tools import CallStatus, ToolResult
from llmos_core.types.transcript import Exchange, Transcript, Turn
from llmos_std.compiling.source import CompiledSource
from llmos_std.replay.cursor import TraceSource
from llmos_std.replay.guards import allowed_before, is_empty, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmos_core.protocols.storing import Episode
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.tools import Probe, ToolCall
    from llmos_core.types.trace import Trace
    from llmos_core.types.transcript import StepRecord
    from llmos_std.compiling.source import Function
    from llmos_std.learning.source import ProgramSource

ELSEWHERE: Probe = {"state": "not as it was recorded"}
OTHER = "not what was recorded"


class World(Record):
    """What a rehearsal finds: versions of tools, looks before the steps, and how each step ends."""

    versions: tuple[str, ...]
    looks: tuple[Probe | None, ...]
    ends: tuple[StepRecord, ...]


class Rehearsal(Record):
    """What happened in one: the calls, the surprise or the answer at the end, and the steps that were verified."""

    calls: tuple[Any, ...]
    end: Any
    verified: frozenset[int]


class Proof(Record):
    """The names of all tests in order, and one sentence for each that failed."""

    tests: tuple[str, ...]
    failures: tuple[str, ...]


async def prove(trace: Trace, function: Function, episode: Episode, tools: Mapping[str, Any]) -> Proof:
    """Run every generated test of a compiled trace on the run that it was learned from."""
    world = recorded_world(trace, episode)
    if world is None:
        why = f"the run {episode.run_id} did not make the calls of the trace, so there is nothing to test with"
        return Proof(tests=(), failures=(why,))
    tests, failures = [], []
    for name, scene, must_end in (("golden replay", world, True), *negated(trace, world)):
        tests.append(name)
        stage = Stage(scene, tools)
        context = cast("RunContext", stage)
        compiled = await rehearse(stage, CompiledSource(context, trace, function), Transcript(goal=trace.goal))
        interpreted = await rehearse(stage, TraceSource(context, trace), Transcript(goal=trace.goal))
        if compiled != interpreted:
            failures.append(f"{name}: compiled and interpreted differ: {compiled.end!r}, {interpreted.end!r}")
        elif must_end and compiled.end != trace.answer:
            failures.append(f"{name}: it did not come to the recorded end: {compiled.end!r}")
        elif not must_end and isinstance(compiled.end, str):
            failures.append(f"{name}: nothing stopped it")
    return Proof(tests=tuple(tests), failures=tuple(failures))


def recorded_world(trace: Trace, episode: Episode) -> World | None:
    """Return the world of the run that a trace was learned from; None when that run made other calls."""
    ends = tuple(step for step in episode.steps if not step.is_repeat and (step.is_ok or step.effect.is_safe))
    made = [canonical_json([step.call.tool, dict(step.call.arguments)]) for step in ends]
    wanted = [canonical_json([step.tool, dict(step.arguments)]) for step in trace.steps]
    if made != wanted:
        return None
    return World(
        versions=tuple(step.fingerprint for step in trace.steps),
        looks=tuple(step.before for step in trace.steps),
        ends=ends,
    )


def negated(trace: Trace, world: World) -> Iterator[tuple[str, World, bool]]:
    """Yield, for every check of a trace, a world in which just that check must fail."""
    for index, step in enumerate(trace.steps):
        name = f"step {index + 1}"
        for version in ("", "another"):
            kind = "with another version of its tool" if version else "without its tool"
            yield f"{name} {kind}", evolve(world, versions=_put(world.versions, index, version)), False
        if allowed_before(step):
            for look, kind in ((ELSEWHERE, "on another target"), (None, "on a target that cannot be seen")):
                yield f"{name} {kind}", evolve(world, looks=_put(world.looks, index, look)), False
        for kind, record in _other_ends(trace, index, world.ends[index]):
            yield f"{name} {kind}", evolve(world, ends=_put(world.ends, index, record)), False


def _other_ends(trace: Trace, index: int, record: StepRecord) -> Iterator[tuple[str, StepRecord]]:
    """Yield every way in which a step may end otherwise, as far as the trace has a check for it."""
    step, result = trace.steps[index], record.result
    for status in CallStatus:
        if status is not step.observation.status:
            ended = ToolResult(status=status, content=None if status is not CallStatus.OK else OTHER, error=OTHER)
            yield f"that ends as {status.value}", evolve(record, result=ended)
    if not step.observation.digest:
        return
    full: Any = OTHER if step.observation.is_empty else ""
    yield "with nothing for something, or something for nothing", evolve(record, result=evolve(result, content=full))
    if not step.observation.is_empty:
        yield "with another result", evolve(record, result=evolve(result, content={OTHER: OTHER}))
    drifted = _drifted(result.content)
    if step.after is None and _looks_alike(drifted, result.content):
        yield "with a result that drifted", evolve(record, result=evolve(result, content=drifted))
    if step.after is not None:
        for look, kind in ((ELSEWHERE, "that leaves another target"), (None, "whose target cannot be seen")):
            yield kind, evolve(record, after=look)


def _drifted(value: Any) -> Any:
    """Return a JSON value of the same outline that is not quite the same."""
    if isinstance(value, dict):
        return {key: _drifted(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_drifted(one) for one in value]
    if isinstance(value, str):
        return f"{value}…"
    return value if isinstance(value, bool) or value is None else value + 1


def _looks_alike(drifted: Any, content: Any) -> bool:
    is_other = content is not None and drifted != content
    return is_other and (shape_of(drifted), is_empty(drifted)) == (shape_of(content), is_empty(content))


def _put(values: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*values[:index], value, *values[index + 1 :])


class Stage:
    """Stands in for the context of a run: it looks into a rehearsal's world, and only tools know what drifts."""

    def __init__(self, world: World, tools: Mapping[str, Any]) -> None:
        self.world = world
        self.made = 0
        self._tools = tools

    async def fingerprint(self, _tool: str) -> str:
        """Return the version that the world has now."""
        return self.world.versions[self.made]

    async def reads_untrusted(self, tool: str) -> bool:
        """Say whether a tool brings in what strangers have written; one that is gone may have."""
        return tool not in self._tools or reads_untrusted(self._tools[tool])

    async def probe(self, _call: ToolCall) -> Probe | None:
        """Return the look that the world gives now."""
        return self.world.looks[self.made]

    async def generalised(self, tool: str, content: Any) -> Any:
        """Return a result without what drifts, as far as its tool knows."""
        generalise = getattr(self._tools.get(tool), "generalise", None)
        if generalise is None or content is None:
            return content
        try:
            return generalise(content)
        except Exception:  # noqa: BLE001 – plugin code, shown a result that it would never return
            return content

    async def knows_drift(self, tool: str) -> bool:
        """Say whether the tool itself can tell drift from change."""
        return hasattr(self._tools.get(tool), "generalise")


async def rehearse(
    stage: Stage, source: CompiledSource | TraceSource | ProgramSource, transcript: Transcript
) -> Rehearsal:
    """Let a source run to its end in a world, in the manner of the loop, from this transcript on."""
    stage.made = sum(1 for _ in transcript.steps())
    while True:
        said = await source.next_turn(transcript)
        if not isinstance(said, Turn) or said.is_final or stage.made == len(stage.world.ends):
            end = said.text if isinstance(said, Turn) and said.is_final else said
            return Rehearsal(calls=_calls(transcript), end=end, verified=source.verified)
        wish = said.calls[0]
        record = evolve(stage.world.ends[stage.made], index=stage.made, call=wish)
        transcript = transcript.plus(Exchange(turn=evolve(said, origin="rehearsal"), steps=(record,)))
        stage.made += 1


def _calls(transcript: Transcript) -> tuple[Any, ...]:
    return tuple((step.call.tool, canonical_json(dict(step.call.arguments))) for step in transcript.steps())

"""Compile a program that several runs prove, and rehearse it before it may act.

It is rehearsed as recorded, with each check negated, and with values drawn. In every rehearsal the function and the
interpreter must do the very same; on what was recorded they must make the recorded calls, and a tool that changed or a
call that fails must stop both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llmos_core.types.json import canonical_json, text_digest
from llmos_core.types.record import Record, evolve
from llmos_core.types.transcript import Transcript
from llmos_std.compiling.bound_source import CompiledProgram
from llmos_std.compiling.proving import Proof, Stage, World, negated, rehearse
from llmos_std.compiling.slots import program_source
from llmos_std.learning.deciding import Fit
from llmos_std.learning.generalising import BoundProgram
from llmos_std.learning.source import ProgramSource, recorded_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from llmos_core.protocols.storing import Episode, Journal
    from llmos_core.runtime.context import RunContext
    from llmos_core.types.tools import Probe
    from llmos_core.types.trace import Trace, TraceStep
    from llmos_core.types.transcript import StepRecord
    from llmos_std.learning.programs import Program
    from llmos_std.learning.slicing import Example
    from llmos_std.learning.wording import Span

TEXTS = ("Zoë", "17", "2031-12-24", "a b", "x@example.org", "it's", "./a/b.txt", "Straße", "0", "not", "NULL", "日本")
"""What is drawn in place of the values of a goal."""

_DRAWS = 8
_GOLDEN, _ELSEWHERE = "golden replay", "replay of a run that found its targets otherwise"
_MUST_STOP = ("another version of its tool", "without its tool", "that ends as")


class Evidence(Record):
    """One run behind a program: the example, its trace, and its raw record."""

    example: Example
    trace: Trace
    episode: Episode


def evidence_of(program: Program, traces: Mapping[str, Trace], journal: Journal) -> list[Evidence]:
    """Return the runs behind a program with their raw records, of those that are still in the journal."""
    found = []
    for one in program.examples:
        trace = traces[one.run.id]
        records = (journal.episode(run_id) for run_id in reversed(trace.episodes))
        record = next((each for each in records if each is not None and each.status == "succeeded"), None)
        if record is not None:
            found.append(Evidence(example=one, trace=trace, episode=record))
    return found


def id_of(source: str) -> str:
    """Return the name under which a program is promoted: it is its code."""
    return text_digest(source)[:16]


def source_for(program: Program, trace: Trace) -> str:
    """Return the code of a program; `trace` is the one that its first run was kept as. UsageError when it has none."""
    return program_source(program, recorded_steps(trace, program.first.tools))


async def prove_program(
    program: Program, trace: Trace, function: Any, runs: Sequence[Evidence], tools: Mapping[str, Any]
) -> Proof:
    """Run every generated test of a compiled program on the runs that prove it."""
    tests: list[str] = []
    failures: list[str] = []
    for run in runs:
        world = recorded_world(program, trace, run)
        if world is None:
            failures.append(f"the run {run.episode.run_id} did not make the calls of its trace")
            continue
        for name, fit, scene in _scenes(program, trace, run, world):
            tests.append(f"{run.episode.run_id}: {name}")
            stage = Stage(scene, tools)
            bound = BoundProgram(fit=fit, today=run.example.run.today, evidence=len(program.examples))
            transcript, context = Transcript(goal=run.example.run.goal), cast("RunContext", stage)
            compiled = await rehearse(stage, CompiledProgram(context, bound, trace, function), transcript)
            interpreted = await rehearse(stage, ProgramSource(context, bound, trace), transcript)
            if compiled != interpreted:
                failures.append(f"{tests[-1]}: compiled and interpreted differ: {compiled.end!r}, {interpreted.end!r}")
            elif name == _GOLDEN and compiled.calls != _calls(run.example):
                failures.append(f"{tests[-1]}: it did not make the recorded calls: {compiled.end!r}")
            elif any(words in name for words in _MUST_STOP) and isinstance(compiled.end, str):
                failures.append(f"{tests[-1]}: nothing stopped it")
    return Proof(tests=tuple(tests), failures=tuple(failures))


def _scenes(program: Program, trace: Trace, run: Evidence, world: World) -> Iterator[tuple[str, Fit, World]]:
    """Yield each rehearsal of one run: its name, the program as it lies on a goal, and what it finds."""
    alignment = program.first.same_wording(run.example.goal)
    if alignment is not None:
        fit = Fit(program=program, alignment=alignment, goal=run.example.goal)
        yield _GOLDEN if _is_alike(recorded_steps(trace, program.first.tools), world) else _ELSEWHERE, fit, world
        steps = evolve(trace, steps=recorded_steps(trace, program.first.tools))
        for name, scene, _ in negated(steps, world):
            yield name, fit, scene
    for number in range(_DRAWS):
        drawn = cast("Any", _Drawn(number))
        yield f"drawn values {number + 1}", Fit(program=program, alignment=drawn, goal=drawn), world


def _is_alike(steps: Sequence[TraceStep], world: World) -> bool:
    """Say whether a run found and left its targets as the first one did: else the program stops there, and should."""
    pairs = zip(steps, world.ends, strict=True)
    return all(
        _state(step.before) == _state(end.before) and _state(step.after) == _state(end.after) for step, end in pairs
    )


def _state(look: Probe | None) -> Any:
    return None if look is None else look.get("state")


class _Drawn:
    """Stands in for a goal and for how it lies on the first one: says something drawn in the place of every value."""

    text = ""
    changed = ()

    def __init__(self, number: int) -> None:
        self._number = number

    def across(self, span: Span) -> Span | None:
        """Return the same stretch; in some draws nothing stands in the place of some."""
        return None if self._number % 3 == 2 and span[0] % 2 else span  # noqa: PLR2004

    def is_plain_word(self, _place: int) -> bool:
        """Say that everything was drawn as if it stood in quotation marks: whatever it is, it is a value."""
        return False

    def text_of(self, span: Span) -> str:
        """Return what was drawn for a stretch."""
        return TEXTS[(self._number * 5 + span[0] * 3 + span[1]) % len(TEXTS)]


def recorded_world(program: Program, trace: Trace, run: Evidence) -> World | None:
    """Return what a run found at the steps of the program; None when it made other calls."""
    left = [step for step in run.episode.steps if step.is_ok and not step.is_repeat]
    ends: list[StepRecord] = []
    for step in reversed(run.example.steps):
        while left and not _is_call(left[-1], step):
            left.pop()
        if not left:
            return None
        ends.insert(0, left.pop())
    steps = recorded_steps(trace, program.first.tools)
    return World(
        versions=tuple(step.fingerprint for step in steps),
        looks=tuple(record.before for record in ends),
        ends=tuple(ends),
    )


def _is_call(record: StepRecord, step: Any) -> bool:
    same = canonical_json(dict(record.call.arguments)) == canonical_json(dict(step.arguments))
    return record.call.tool == step.tool and same


def _calls(example: Example) -> tuple[Any, ...]:
    return tuple((step.tool, canonical_json(dict(step.arguments))) for step in example.steps)

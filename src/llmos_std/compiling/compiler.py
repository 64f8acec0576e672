"""Compile what has proven itself, keep it where people can read it, and hand it out only as it was promoted.

The code lies in the workspace, the promotion in the user's own state: code that is not, to the byte, what was promoted
is set aside and the trace is replayed instead.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from llmos_core.errors import PluginError, StorageError, UsageError
from llmos_core.types.json import text_digest
from llmos_core.types.record import Record, evolve
from llmos_core.types.trace import TraceState
from llmos_std.compiling.promotions import FILE_NAME, Promotions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from pathlib import Path

    from llmos_core.protocols.context import Clock, PluginContext
    from llmos_core.protocols.storing import Journal
    from llmos_core.types.trace import Statistics, Trace
    from llmos_std.compiling.promotions import Promotion
    from llmos_std.compiling.source import Function
    from llmos_std.learning.generalising import BoundProgram
    from llmos_std.learning.programs import Program

    Open = Callable[[str], Awaitable[Any]]


_MOST_STEPS_UNASKED = 100
"""A trace of more is promoted by a person only: its tests take 5 s for 100 steps, and 24 s for 200."""


class Compiled(Record):
    """The promoted function of a trace; `count` is told how a run of it ended."""

    function: Function
    count: Callable[..., None]


class Draft(Record):
    """A compiled trace or program before anybody promotes it: its code, its tests, and what stands in the way.

    `key` is what it is promoted as: the id of the trace, or of the program.
    """

    key: str
    name: str
    source: str
    tests: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    obstacle: str = ""


class Compiler:
    """The standard compiler. `min_usage` and `min_success` say what a trace must have proven before."""

    def __init__(
        self, folder: Path, promotions: Promotions, clock: Clock, *, min_usage: int, min_success: float
    ) -> None:
        self._folder = folder
        self._promotions = promotions
        self._clock = clock
        self._min_usage = min_usage
        self._min_success = min_success

    def find(self, trace: Trace, statistics: Statistics) -> Compiled | str:
        """Return the promoted function of a trace, or why there is none: "" when none was ever promoted.

        A trace that was forgotten and learned again has to prove itself again.
        """
        compiled = self.found(trace.id)
        if not isinstance(compiled, str) and statistics.uses < self._min_usage:
            return f"it was used {statistics.uses} times since it was learned again, {self._min_usage} are needed"
        return compiled

    def find_program(self, bound: BoundProgram, trace: Trace) -> Compiled | str:
        """Return the promoted function of a program with values of its own, or why there is none, "" when never.

        A program is known by its code: one more run behind it that changes what it may do makes it another. Loops,
        conditions, values of a model and exchanged looks are no part of code: with these it is interpreted.
        """
        is_more = (
            bound.fit.each is not None or bound.condition is not None or bound.given is not None or bound.stand_ins
        )
        if is_more or not self._promotions.is_there:
            return ""
        from llmos_std.compiling.programs import id_of, source_for

        try:
            return self.found(id_of(source_for(bound.fit.program, trace)))
        except (UsageError, RecursionError) as error:
            return _why(error)

    def found(self, key: str) -> Compiled | str:
        """Return the function that was promoted under a key, or why there is none: "" when there never was."""
        try:
            promotion = self._promotions.of(key)
        except StorageError as error:
            return str(error)
        if promotion is None or promotion.demoted_at:
            return "" if promotion is None else f"its compiled form was taken back: {promotion.reason}"
        return self._loaded(key, promotion)

    def _loaded(self, key: str, promotion: Promotion) -> Compiled | str:
        """Return the function of a promotion, or that its file is not what was promoted."""
        source = self._read(promotion)
        if source is None:
            return f"{self.path(promotion.name)} is not what was promoted, so it is not run"
        from llmos_std.compiling.loading import compile_source, function_of, unpacked

        try:
            code = unpacked(promotion.code, promotion.python) or compile_source(source, promotion.name)
        except UsageError as error:
            return f"{self.path(promotion.name)} is not run: {error}"

        def count(*, is_success: bool, was_final: bool) -> None:
            if not is_success or promotion.failures:
                at = self._clock.now().isoformat(timespec="seconds")
                self._promotions.count(key, is_success=is_success, was_final=was_final, at=at)

        return Compiled(function=function_of(code), count=count)

    def path(self, name: str) -> Path:
        """Return the file of a module."""
        return self._folder / f"{name}.py"

    async def draft(self, trace: Trace, statistics: Statistics, journal: Journal, open_tool: Open) -> Draft:
        """Return the code of a trace with its tests run, and what speaks against promoting it; nothing is written."""
        from llmos_std.compiling.emitting import module_name, source_of
        from llmos_std.compiling.loading import load
        from llmos_std.compiling.proving import prove

        name = module_name(trace)
        try:
            source = source_of(trace)
            function = load(source, name)
        except (TypeError, UsageError, RecursionError) as error:
            return Draft(key=trace.id, name=name, source="", obstacle=f"this trace cannot be compiled: {_why(error)}")
        unproven = self._unproven(trace, statistics)
        episode = next(filter(None, map(journal.episode, trace.episodes)), None)
        if episode is None:
            gone = "the run it was learned from is no longer in the journal, so there is nothing to test with"
            return Draft(key=trace.id, name=name, source=source, obstacle=unproven or gone)
        proof = await prove(trace, function, episode, await _opened(trace, open_tool))
        failed = f"{len(proof.failures)} of its tests fail: {proof.failures[0]}" if proof.failures else ""
        return Draft(
            key=trace.id,
            name=name,
            source=source,
            tests=proof.tests,
            failures=proof.failures,
            obstacle=unproven or failed,
        )

    async def draft_program(
        self, program: Program, traces: Mapping[str, Trace], statistics: Statistics, journal: Journal, open_tool: Open
    ) -> Draft:
        """Return the code of a program that several runs prove, with its tests run; nothing is written.

        `traces` are those of its runs by the run's id; `statistics` those of the trace that it is run in place of.
        """
        from llmos_std.compiling.loading import load
        from llmos_std.compiling.programs import evidence_of, id_of, prove_program, source_for
        from llmos_std.compiling.slots import program_name

        trace = traces[program.first.run.id]
        try:
            source = source_for(program, trace)
            key = id_of(source)
            name = f"{program_name(program)}_{key[:8]}"
            function = load(source, name)
        except (TypeError, UsageError, RecursionError) as error:
            return Draft(key="", name="", source="", obstacle=f"this program cannot be compiled: {_why(error)}")
        runs = evidence_of(program, traces, journal)
        proof = await prove_program(program, trace, function, runs, await _opened(trace, open_tool))
        failed = f"{len(proof.failures)} of its tests fail: {proof.failures[0]}" if proof.failures else ""
        unproven = self._unproven_program(program, statistics)
        draft = Draft(key=key, name=name, source=source, tests=proof.tests, failures=proof.failures)
        return evolve(draft, obstacle=unproven or failed)

    def promote(self, trace: Trace, draft: Draft) -> Path:
        """Store the code of a draft and let it run from now on; UsageError with what stands in the way.

        Raises StorageError when the code cannot be written.
        """
        if draft.obstacle:
            raise UsageError(f"trace {trace.id[:8]} is not promoted: {draft.obstacle}")
        from llmos_std.compiling.loading import PYTHON, packed
        from llmos_std.compiling.promotions import Promotion
        from llmos_std.memory.files import replace_file
        from llmos_std.storage.files import make_private_folder

        path = self.path(draft.name)
        try:
            make_private_folder(self._folder)
            replace_file(path, draft.source.encode(), durable=True)
        except OSError as error:
            raise StorageError(f"{path} cannot be written ({error.strerror}); make its folder writable") from error
        at = self._clock.now().isoformat(timespec="seconds")
        code = packed(draft.source, draft.name)
        sha256 = text_digest(draft.source)
        promotion = Promotion(name=draft.name, sha256=sha256, python=PYTHON, code=code, at=at)
        self._promotions.promote(draft.key, promotion)
        return path

    def demote(self, key: str, reason: str) -> bool:
        """Take a promotion back: from now on it is replayed; False when there was none."""
        return self._promotions.demote(key, reason=reason, at=self._clock.now().isoformat(timespec="seconds"))

    async def consider(self, trace: Trace, statistics: Statistics, journal: Journal, open_tool: Open) -> bool:
        """Promote a trace that has proven itself, and say whether that was done.

        One that was taken back waits for a person; so does one whose tests would keep the run waiting.
        """
        if (
            len(trace.steps) > _MOST_STEPS_UNASKED
            or self._unproven(trace, statistics)
            or self._promotions.of(trace.id) is not None
        ):
            return False
        draft = await self.draft(trace, statistics, journal, open_tool)
        if not draft.obstacle:
            self.promote(trace, draft)
        return not draft.obstacle

    def _unproven(self, trace: Trace, statistics: Statistics) -> str:
        """Return why a trace's record is not good enough, "" when it is."""
        if trace.state is not TraceState.LEARNED or not trace.steps:
            return f"it is {trace.state.value}" if trace.steps else "it has no steps"
        if statistics.uses < self._min_usage:
            return f"it was used {statistics.uses} times, {self._min_usage} are needed"
        if statistics.successes < self._min_success * statistics.uses:
            share = f"{statistics.successes} of {statistics.uses} uses were verified successes"
            return f"{share}, {self._min_success:.0%} are needed"
        return ""

    def _unproven_program(self, program: Program, statistics: Statistics) -> str:
        """Return why a program's record is not good enough: its runs count as successes, failed uses against it."""
        runs, failures = len(program.examples) + len(program.witnesses), statistics.failures
        if runs < self._min_usage:
            return f"{runs} runs prove it, {self._min_usage} are needed"
        if runs < self._min_success * (runs + failures):
            return f"{failures} of its uses failed, and {self._min_success:.0%} have to succeed"
        return ""

    def _read(self, promotion: Promotion) -> str | None:
        """Return the code of a promotion, None when the file is not exactly that."""
        from llmos_std.memory.files import read_file

        try:
            source = read_file(self.path(promotion.name))[0].decode()
        except (OSError, UnicodeDecodeError):
            return None
        return source if text_digest(source) == promotion.sha256 else None


def _why(error: Exception) -> str:
    return "its values are nested too deeply" if isinstance(error, RecursionError) else str(error)


async def _opened(trace: Trace, open_tool: Open) -> dict[str, Any]:
    """Return the tools of a trace that can be opened, by name."""
    found = {}
    for name in trace.tools_used:
        try:
            found[name] = await open_tool(name)
        except PluginError:
            continue
    return found


@contextmanager
def open_compiler(context: PluginContext) -> Iterator[Compiler]:
    """Make the standard compiler from the section `dispatcher`."""
    settings = context.section("dispatcher")
    promotions = Promotions(context.paths.user_state / FILE_NAME, context.paths.workspace)
    try:
        yield Compiler(
            context.paths.generated,
            promotions,
            context.clock,
            min_usage=settings.crystallization_min_usage,
            min_success=settings.crystallization_min_success,
        )
    finally:
        promotions.close()

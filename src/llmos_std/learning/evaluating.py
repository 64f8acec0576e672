"""What share of recorded work would have been followed, had the rest of it been learned: leave one instance out.

A held-out run is decided by what other instances taught; harmless calls are answered from the log where the log knows
the answer. Nothing is executed, and no model is asked: holes are filled by an oracle that knows the truth or refuses.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json, digest
from llmos_core.types.record import Record, evolve
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import UNSEEN, Decision
from llmos_std.learning.slicing import Example
from llmos_std.learning.wise import Case, filling, same_effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from llmos_core.types.json import JsonObject
    from llmos_std.learning.following import PlannedCall
    from llmos_std.learning.proposing import Proposal
    from llmos_std.learning.runs import Run

    Effects = Sequence[tuple[str, JsonObject]]


class Verdict(Record):
    """How one held-out run fared. `would` is follow, mixed or learn.

    `is_right` says whether the effects are the true ones: of what is followed, or of what the oracle completed; False
    too where the oracle had to refuse (`is_refused`), sometimes because the log does not hold what a look would have
    returned (`is_unseen`). None when the truth is unknown or nothing would be done.
    """

    run: Run
    would: str
    why: str
    decision: Decision
    calls: tuple[PlannedCall, ...] = ()
    proposal: Proposal | None = None
    values: Mapping[str, Any] | None = None
    is_right: bool | None = None
    is_refused: bool = False
    is_unseen: bool = False


class Log:
    """Recorded runs, and what their harmless calls returned before anything was changed."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.runs = tuple(runs)
        self._examples: dict[str, Example] = {}
        self._of_task: dict[str, dict[str, Any]] = defaultdict(dict)
        self._of_all: dict[str, Any] = {}
        for run in self.runs:
            self._note(run)

    def _note(self, run: Run) -> None:
        for call in run.calls:
            if not call.effect.is_safe:
                if call.is_ok:
                    return
                continue
            key = _key(call.tool, call.arguments)
            self._of_task[instance(run)].setdefault(key, call.output)
            self._of_all.setdefault(key, call.output)

    def look(self, run: Run) -> Callable[[str, JsonObject], Any]:
        """Return a look for the situation of a run: its own instance first, then any run's look at the start."""
        own = self._of_task[instance(run)]

        def look(tool: str, arguments: JsonObject) -> Any:
            key = _key(tool, arguments)
            return own.get(key, self._of_all.get(key, UNSEEN))

        return look

    def example(self, run: Run) -> Example:
        """Return the example that a run is, made once."""
        if run.id not in self._examples:
            self._examples[run.id] = Example(run)
        return self._examples[run.id]

    def others(self, held_out: Run, shots: int | None) -> list[Example]:
        """Return what may be known when `held_out` comes: no run of its instance, at most `shots` instances a group."""
        groups: dict[str, dict[str, Run]] = defaultdict(dict)
        for run in self.runs:
            if run.succeeded and not run.is_dialogue and instance(run) != instance(held_out):
                best = groups[run.group].get(instance(run))
                if best is None or run.id < best.id:
                    groups[run.group][instance(run)] = run
        chosen: list[Example] = []
        for of_instance in groups.values():
            order = sorted(of_instance, key=lambda name: digest([instance(held_out), name]))
            chosen += [self.example(of_instance[name]) for name in order[:shots]]
        return chosen


def instance(run: Run) -> str:
    """Return what a run is an instance of: its task, or its goal when the log names none."""
    return run.task or run.goal


def known_truth(log: Log) -> dict[str, list[tuple[str, JsonObject]]]:
    """Return what the first run of each instance that succeeded did, for logs that come without a truth."""
    truth: dict[str, list[tuple[str, JsonObject]]] = {}
    for run in log.runs:
        if run.succeeded:
            done = [(call.tool, call.arguments) for call in run.calls if call.is_ok and not call.effect.is_safe]
            truth.setdefault(instance(run), done)
    return truth


def evaluate(log: Log, truth: Mapping[str, Effects], *, shots: int | None = None) -> Iterator[Verdict]:
    """Yield the verdict on every run, in order. `truth` maps instances to the effects that are right."""
    for run in log.runs:
        if run.is_dialogue:
            decision = Decision(would="learn", why="the user spoke again after the first answer")
        else:
            decision = Learned.of(log.others(run, shots)).decide(run.goal, log.look(run), today=run.today)
        yield _judged(log, run, decision, truth.get(instance(run)))


def _judged(log: Log, run: Run, decision: Decision, right: Effects | None) -> Verdict:
    verdict = Verdict(run=run, would=decision.would, why=decision.why, decision=decision, calls=decision.calls)
    if right is None or decision.would == "learn":
        return verdict
    if decision.would == "follow":
        return evolve(verdict, is_right=same_effects(decision, right))
    is_unseen = False
    alike = tuple(one for one in log.runs if instance(one) == instance(run))
    case = Case(right=right, look=log.look(run), alike=alike, today=run.today)
    for proposal in decision.proposals:
        found = filling(proposal, case)
        if not isinstance(found, bool):
            values, completed = found
            return evolve(verdict, proposal=proposal, values=values, calls=completed.calls, is_right=True)
        is_unseen = is_unseen or found
    return evolve(verdict, is_right=False, is_refused=True, is_unseen=is_unseen)


def _key(tool: str, arguments: JsonObject) -> str:
    return canonical_json([tool, dict(arguments)])

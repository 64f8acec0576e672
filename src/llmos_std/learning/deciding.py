"""Decide about a goal from recorded runs alone: follow with bound values, or say what stands in the way.

Following needs a run of the same wording, every changed stretch used by a value that is known to vary, enough
different sets of values for what the calls can do, no condition in the goal, and outputs of the known shape.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record, evolve
from llmos_std.learning.binding import NOTHING, settled
from llmos_std.learning.branching import branched, together, values_changed
from llmos_std.learning.branching_runs import watched
from llmos_std.learning.clauses import read_clause
from llmos_std.learning.cues import EVERY, condition_in
from llmos_std.learning.following import Decision, follow
from llmos_std.learning.joining import programme
from llmos_std.learning.likeness import Likeness
from llmos_std.learning.naming import names_another
from llmos_std.learning.nominating import nominated
from llmos_std.learning.outlines import is_nothing
from llmos_std.learning.programs import Program, tells_of_all
from llmos_std.learning.proposing import holes_of
from llmos_std.learning.provenance import writes_code
from llmos_std.learning.repeating import loop_of
from llmos_std.learning.repertoire import looks_like
from llmos_std.learning.runs import structured
from llmos_std.learning.slicing import Example
from llmos_std.learning.substituting import as_named
from llmos_std.learning.unproven import meant_otherwise, unfit
from llmos_std.learning.unsaid import doubted
from llmos_std.learning.verifying import gives_back
from llmos_std.learning.vocabulary import vocabulary_of
from llmos_std.learning.wording import Alignment, Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from llmos_core.types.json import JsonObject
    from llmos_std.learning.branching import Branch
    from llmos_std.learning.branching_runs import Watched
    from llmos_std.learning.clauses import Clause
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.looping import Each
    from llmos_std.learning.proposing import Proposal
    from llmos_std.learning.runs import LoggedCall, Run

    Look = Callable[[str, JsonObject], Any]

_DIFFER = "two programs fit this goal, and they differ"


class Fit(Record):
    """A program, and how a goal lies on the wording of its first example.

    `each` says for what its last step is repeated, `condition` on what it acts at all.
    """

    program: Program
    alignment: Alignment
    goal: Goal
    each: Each | None = None
    condition: Branch | None = None

    def is_open(self, today: str) -> bool:
        """Say whether some value cannot be settled by whatever will be looked at, so that it need not begin."""
        return bool(holes_of(self.program, self.goal, self.alignment, today=today, words={}))

    def followed(self, look: Look, today: str) -> Decision:
        """Return what becomes of it; what is open is not begun, so none of its looks can say that nothing is to do."""
        if self.condition is not None and self.is_open(today):
            return Decision(would="learn", why="a value is open that nothing which is looked at settles")
        return follow(
            self.program, self.alignment, self.goal, look, today=today, condition=self.condition, each=self.each
        )


class Learned:
    """Everything learned from some runs. The order in which they come does not matter."""

    def __init__(self, runs: Iterable[Run]) -> None:
        found = {run.id: run for run in runs if run.succeeded and not run.is_dialogue}
        self._of_examples(Example(found[key]) for key in found)

    @classmethod
    def of(cls, examples: Iterable[Example]) -> Self:
        """Return what these examples teach, without slicing their runs again."""
        made = cls(())
        made._of_examples(examples)
        return made

    def _of_examples(self, examples: Iterable[Example]) -> None:
        known = sorted(examples, key=lambda one: one.run.id)
        self._words = vocabulary_of((one.run, one.goal, one.said) for one in known)
        self._examples = [one.knowing(self._words) for one in known]
        self._likeness = Likeness(one.goal for one in self._examples)

    @cached_property
    def _looks(self) -> Mapping[Any, Mapping[str, LoggedCall]]:
        return looks_like(self._examples)

    def fits(self, text: str) -> tuple[Fit, ...] | str:
        """Return every program that may be given the values of a goal before anything is looked at, or why none may."""
        goal = Goal(text)
        if condition_in(text):
            return self._branches(goal)
        fit = self._fit_each if EVERY.search(text) else self._fit
        found = [fit(one, goal) for one in self._examples]
        fits = tuple(one for one in found if isinstance(one, Fit))
        refusals = (one for one in found if isinstance(one, str) and one)
        return fits or next(refusals, "no run of this wording")

    def _fit(self, example: Example, goal: Goal) -> Fit | str:
        alignment = example.same_wording(goal)
        if alignment is None:
            return ""
        if not example.steps:
            return "that run changed nothing"
        if why := meant_otherwise(example.goal, goal, alignment, self._words):
            return why
        program = programme(example, self._examples)
        alike = [one for one in self._examples if example.same_wording(one.goal) is not None]
        if any(one.effects != example.effects and not found_nothing(one, program) for one in alike):
            return "runs of this wording did different things"
        if not tells_of_all(program, alike):
            return "runs of this wording did it with other values"
        why = (
            doubted(program, self._examples)
            or unfit(program, alignment)
            or names_another(self._words, program, goal, alignment)
            or gives_back(program)
        )
        return why or Fit(program=program, alignment=alignment, goal=goal)

    def _fit_each(self, example: Example, goal: Goal) -> Fit | str:
        """Return a program whose last step is made for each item of a list, for a goal about a number of things."""
        if (loop := loop_of(example, self._examples)) is None:
            return "" if example.same_wording(goal) is None else "no run shows what is done for each of several things"
        program, each = loop
        alignment = program.first.same_wording(goal)
        if alignment is None:
            return ""
        if isinstance(each, str):
            return each
        if why := meant_otherwise(program.first.goal, goal, alignment, self._words, is_about_many=True):
            return why
        fit = Fit(program=program, alignment=alignment, goal=goal, each=each)
        why = doubted(program, self._examples) or unfit(program, alignment, each)
        why = why or names_another(self._words, program, goal, alignment)
        return why or gives_back(program, each) or fit

    def _branches(self, goal: Goal) -> tuple[Fit, ...] | str:
        """Return every program with the condition on which it acts, where that is known, for a conditional goal."""
        if isinstance(clause := read_clause(goal), str):
            return f"the goal is conditional: {clause}"
        known = as_named(watched(self._examples), goal, clause, self._looks)
        lying = [(one, one.same_wording(goal)) for one in known if one.is_acting]
        found = [self._branch(one, known, goal, clause, on) for one, on in lying if on is not None]
        fits = tuple(one for one in found if isinstance(one, Fit))
        return _agreed(fits) or next((one for one in found if isinstance(one, str)), "no run of this wording")

    def _branch(
        self, anchor: Watched, known: Sequence[Watched], goal: Goal, clause: Clause, alignment: Alignment
    ) -> Fit | str:
        """Return the program of a run and its condition for a goal, or why it is not known when it acts."""
        alike = [one for one in known if one.is_acting and anchor.same_wording(one.goal) is not None]
        if any(one.effects != anchor.effects for one in alike):
            return "runs of this wording did different things"
        found = branched(anchor, known, goal, clause, alignment)
        if isinstance(found, str):
            return f"the goal is conditional: {found}"
        program, branch = found
        if not tells_of_all(program, alike):
            return "runs of this wording did it with other values"
        values = evolve(alignment, changed=values_changed(alignment, anchor, clause))
        why = (
            doubted(program, (*known, *self._examples))
            or meant_otherwise(anchor.goal, goal, values, self._words, is_about_many=True)
            or unfit(program, values)
            or names_another(self._words, program, goal, alignment)
            or gives_back(program)
        )
        return why or Fit(program=program, alignment=alignment, goal=goal, condition=branch)

    def decide(self, text: str, look: Look, *, today: str = "") -> Decision:
        """Return what would be done about a goal; `look` answers harmless calls, or UNSEEN."""
        goal = Goal(text)
        fits = self.fits(text)
        if not isinstance(fits, str) and isinstance(why := best_of(fits, today), str):
            return self._proposed(goal, today, why)
        decisions = [] if isinstance(fits, str) else [fit.followed(look, today) for fit in fits]
        follows = [one for one in decisions if one.would == "follow"]
        if len({canonical_json(_effects(one)) for one in follows}) == 1:
            return max(follows, key=lambda one: one.evidence)
        why = fits if isinstance(fits, str) else decisions[0].why
        is_begun = not isinstance(fits, str) and not any(f.is_open(today) for f in fits)
        if is_begun and not follows and not why.startswith("unseen:"):
            return Decision(would="learn", why=why)  # what it saw stopped it: the model goes on from there
        return self._proposed(goal, today, _DIFFER if follows else why)

    def proposals(self, text: str, *, today: str = "") -> tuple[Proposal, ...]:
        """Return programs whose open values one small call could fill in, best first."""
        return self._proposed(Goal(text), today, "").proposals

    def _proposed(self, goal: Goal, today: str, why: str) -> Decision:
        """Return the best programs, one of which a small call could make fit; else that the goal has to be learned."""
        found = nominated(self._examples, self._likeness, self._looks, goal, today=today)
        return Decision(would="mixed" if found else "learn", why=why, proposals=found)


def best_of(fits: Sequence[Fit], today: str) -> Fit | str:
    """Return the fit that most runs prove, or why none may be run: it writes code, or two differ."""
    best = min(fits, key=lambda fit: (-len(fit.program.examples), fit.program.first.run.id))
    if writes_code(best.program, best.each):
        return "a changing value would go into something that is executed"
    mine = _done(best, today)
    for one in fits:
        theirs = {} if one is best else _done(one, today)
        is_other = any(mine[place] != theirs[place] for place in mine.keys() & theirs.keys())
        if is_other or one.program.first.tools != best.program.first.tools:
            return _DIFFER
    return best


def _done(fit: Fit, today: str) -> dict[tuple[int, Path], str]:
    """Return, as JSON, the values of a fit's effects that are settled before anything is looked at."""
    found = {
        (step, path): settled(fit.program, step, path, fit.goal, fit.alignment, (), today)
        for step, of_step in enumerate(fit.program.spaces)
        if not fit.program.first.steps[step].effect.is_safe
        for path in of_step
    }
    return {at: canonical_json(value) for at, value in found.items() if value is not NOTHING}


def found_nothing(one: Example, program: Program) -> bool:
    """Say whether a run did nothing because it found nothing where every run of a program found something."""
    if one.steps:
        return False
    looks = {
        step.tool
        for index, step in enumerate(program.first.steps)
        if step.effect.is_safe and all(not is_nothing(example.outputs[index]) for example in program.examples)
    }
    found = [call for call in one.run.calls if call.is_ok and call.tool in looks]
    return bool(found) and all(is_nothing(structured(call.output)) for call in found)


def _agreed(fits: Sequence[Fit]) -> tuple[Fit, ...]:
    """Return fits of the same tools with one condition: whatever one of them leaves possible has to decide alike."""
    conditions = [one.condition for one in fits if one.condition is not None]
    if len({one.program.first.tools for one in fits}) != 1:
        return tuple(fits)
    return tuple(
        evolve(one, condition=together([branch, *conditions])) for one, branch in zip(fits, conditions, strict=True)
    )


def _effects(decision: Decision) -> list[Any]:
    return [[call.tool, dict(call.arguments)] for call in decision.calls if not call.effect.is_safe]

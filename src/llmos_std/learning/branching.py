"""On which condition a program acts, learned from the runs themselves: those that acted and those that did nothing.

What the words of a goal can mean is a closed set of comparisons of what was looked at. A run that acted should make it
true by its own looks and words; one that made the same looks and did nothing should make it false. One run may have
been lucky, so a meaning is dropped once two runs contradict it, and nothing is decided unless none contradicts some.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from llmos_core.types.record import Record, evolve
from llmos_std.learning.branching_runs import accounts_for, condition_of, meanings
from llmos_std.learning.conditions import Condition, holds
from llmos_std.learning.joining import programme
from llmos_std.learning.outlines import is_nothing
from llmos_std.learning.substituting import names_there, unshown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from llmos_std.learning.branching_runs import Meaning, Watched
    from llmos_std.learning.clauses import Clause
    from llmos_std.learning.programs import Program
    from llmos_std.learning.wording import Alignment, Goal, Span

_LUCKY = 1
_TWICE = 2
_OF_A_FORMULA = "growth_percent"


class Branch(Record):
    """What a condition may mean for one goal, decided after the first `looks` of its program.

    `trues` and `falses` count the goals of runs in which it was so, and was not so.
    """

    conditions: tuple[Condition, ...]
    looks: int
    trues: int
    falses: int

    @property
    def text(self) -> str:
        """The conditions as people read them."""
        return " and ".join(one.text for one in self.conditions)

    @property
    def evidence(self) -> str:
        """How often runs showed either outcome."""
        return f"true in {self.trues} runs, false in {self.falses}"

    def decide(self, outputs: Sequence[Any]) -> bool | None:
        """Say what all conditions say of these looks; None where they differ, or where runs did not show enough.

        A comparison of two looks, and growth, could be computed in other ways than those known here: they count only
        after runs of both outcomes. That something is not so counts only after a run that did nothing, and of looks
        that found something.
        """
        found = {holds(one, outputs) for one in self.conditions}
        is_formula = any(one.than_look is not None or one.quantity == _OF_A_FORMULA for one in self.conditions)
        if found == {True}:
            return None if is_formula and not self.falses else True
        has_found = not any(is_nothing(output) for output in outputs[: self.looks])
        return False if found == {False} and self.falses and has_found else None


class Split(Record):
    """What the runs show of the condition of some wording: its meanings, and a program that has all their looks.

    `looks` counts the looks before it is decided, `trues` and `falses` the runs of each outcome, `vectors` the sets of
    values that its deciding looks had.
    """

    program: Program
    meanings: frozenset[Meaning]
    looks: int
    trues: int
    falses: int
    vectors: int


def split_of(anchor: Watched, everyone: Sequence[Watched]) -> Split | str:
    """Return on what a run's program acts, or why the runs do not tell. The order of runs does not matter."""
    for after in range(1, len(anchor.looks) + 1):
        alike = [anchor, *_alike(anchor, everyone, after)]
        looking = programme(anchor.first_looks(after), [one.first_looks(after) for one in alike[1:]])
        if meanings(anchor.first_looks(after), looking):
            return _told(anchor, alike, everyone, looking)
    return "nothing it looked at accounts for every word of the condition"


def _alike(anchor: Watched, everyone: Iterable[Watched], after: int) -> Iterator[Watched]:
    """Yield the other runs that first looked with the same tools; one that did nothing looked at nothing besides."""
    for one in everyone:
        is_same = len(one.looks) >= after and one.looks[:after] == anchor.looks[:after]
        if one is not anchor and is_same and (one.is_acting or one.looks == anchor.looks[: len(one.looks)]):
            yield one


def _told(anchor: Watched, alike: Sequence[Watched], everyone: Iterable[Watched], looking: Program) -> Split | str:
    """Hold every meaning against every run that tells about it, and count the goals that showed each outcome."""
    after = len(looking.spaces)
    possible = meanings(anchor.first_looks(after), looking)
    errors: Counter[Meaning] = Counter()
    shown: Mapping[bool, set[str]] = {True: set(), False: set()}
    for one in alike:
        cut = one.first_looks(after)
        theirs = meanings(cut, looking)
        if one.clause.kind != anchor.clause.kind or not theirs or not _is_bound(cut, looking):
            continue
        is_told = {
            m: m in theirs and holds(condition_of(one.clause, m), cut.outputs) is one.is_acting for m in possible
        }
        errors.update(meaning for meaning, is_right in is_told.items() if not is_right)
        shown[one.is_acting].add(one.run.goal)
    if not shown[True] or all(errors[meaning] for meaning in possible):
        return "no reading of the condition fits all runs"
    program = programme(anchor, [one for one in everyone if one.is_acting])
    spaces, seen = (*looking.spaces, *program.spaces[after:]), (*looking.seen, *program.seen[after:])
    return Split(
        program=evolve(program, spaces=spaces, seen=seen),
        meanings=frozenset(meaning for meaning in possible if errors[meaning] <= _LUCKY),
        looks=after,
        trues=len(shown[True]),
        falses=len(shown[False]),
        vectors=looking.vectors,
    )


def _is_bound(one: Watched, looking: Program) -> bool:
    """Say whether a run looked with the arguments that the program would bind for its goal, and found something.

    One that did nothing may have looked with a constant more; what acted may not.
    """
    if any(map(is_nothing, one.outputs)):
        return False
    for step, of_step in enumerate(looking.spaces):
        more = one.leaves[step].keys() - of_step.keys()
        if more and (one.is_acting or any(any(one.spaces[step][path].values()) for path in more)):
            return False
        for path, space in of_step.items():
            theirs = one.spaces[step].get(path, {})
            if any(space.values()) and not space.keys() & theirs.keys():
                return False
    return True


def branched(
    anchor: Watched, everyone: Sequence[Watched], goal: Goal, clause: Clause, alignment: Alignment
) -> tuple[Program, Branch] | str:
    """Return the program of a run, and on what it acts for another goal of its wording; else why that is not known."""
    split = split_of(anchor, everyone) if clause.kind == anchor.clause.kind else "its condition has another form"
    if isinstance(split, str):
        return split
    if why := _doubtful(split, anchor.clause) or unshown(split.program):
        return why

    def reads(step: int) -> Iterator[Span]:
        for space in split.program.spaces[step].values():
            for spans in space.values():
                yield from (there for span in spans if (there := alignment.across(span)) is not None)

    tools = split.program.first.tools
    if any(not names_there(anchor, goal, alignment, tools[look]) for look, *_ in split.meanings):
        return "its condition speaks of something else"
    if not all(
        accounts_for(clause, goal, split.program, look, other, reads, tools) for look, other, *_ in split.meanings
    ):
        return "a word of the condition goes into nothing that is looked at"
    found = tuple(sorted((condition_of(clause, one) for one in split.meanings), key=lambda one: one.text))
    return split.program, Branch(conditions=found, looks=split.looks, trues=split.trues, falses=split.falses)


def _doubtful(split: Split, clause: Clause) -> str:
    """Return why what runs show of a condition may be something else, "" when it may not."""
    if split.vectors < _TWICE:
        return "what is looked at was never seen to follow the goal"
    if _may_be_a_value(split.program, clause):
        return "what the condition says may have gone into a value as well"
    aside = _unused_look(split)
    return f"what {aside} returned may have decided what was done" if aside else ""


def together(branches: Sequence[Branch]) -> Branch:
    """Return the first of several with what any of them leaves possible, so that all of it has to decide alike."""
    found = {one.text: one for branch in branches for one in branch.conditions}
    looks = max(branch.looks for branch in branches)
    return evolve(branches[0], conditions=tuple(found[text] for text in sorted(found)), looks=looks)


def values_changed(alignment: Alignment, known: Watched, clause: Clause) -> tuple[tuple[Span, Span], ...]:
    """Return the changes of a goal that are no other comparison, number, or name of the look of its condition."""
    said = set(zip(known.clause.roles, clause.roles, strict=True))
    named = known.naming or (0, 0)
    return tuple(
        pair for pair in alignment.changed if pair not in said and not named[0] <= pair[0][0] < pair[0][1] <= named[1]
    )


def _may_be_a_value(program: Program, clause: Clause) -> bool:
    """Say whether a word of the comparison, or its number, may have gone into an argument too."""
    places = {place for role in clause.roles for place in range(*role)}
    spaces = (space for of_step in program.spaces for space in of_step.values())
    return any(not places.isdisjoint(range(*span)) for space in spaces for spans in space.values() for span in spans)


def _unused_look(split: Split) -> str:
    """Return the tool of a look that nothing was made of and that the condition does not speak of, "" when none."""
    used = {step for look, other, *_ in split.meanings for step in (look, other)}
    for of_step in split.program.spaces:
        used |= {key[1] for space in of_step.values() for key in space if key[0] == "out"}
    steps = enumerate(split.program.first.steps)
    return next((one.tool for step, one in steps if one.effect.is_safe and step not in used), "")

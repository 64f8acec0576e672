"""Two goals compared: which tier says what, how sure that is, and the word that stands against it.

This is the whole of matching without a memory: the tiers ask the same questions of what memory finds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from llmos_core.types.decision import PROPOSAL_CAP, Thresholds
from llmos_std.matching.framing import Frame, frame_of
from llmos_std.matching.guards import guards
from llmos_std.matching.scoring import FRAME_SCORE, TEMPLATE_SCORE, VETOED_CAP, template_score
from llmos_std.matching.shapes import Shape, shape_of, shown
from llmos_std.matching.text import canonical

FOLLOW, MIXED, LEARN = "follow", "mixed", "learn"


class Comparison(NamedTuple):
    """What one goal is to another: `would` is follow, mixed or learn; `bindings` are the values of the second goal."""

    tier: str
    confidence: float
    would: str
    bindings: dict[str, str]
    veto: str
    why: str


class Values(NamedTuple):
    """The values of the second goal in the shape of the first, and what speaks against using them."""

    bindings: dict[str, str]
    known: dict[str, str]
    changed: tuple[str, ...]
    veto: str


def compare(known: str, asked: str) -> Comparison:
    """Return what would happen with `asked` if `known` had been learned once and has a good record."""
    if not (canonical(known) and canonical(asked)):
        return Comparison("none", 0.0, LEARN, {}, "an empty goal orders nothing", "an empty goal is no goal")
    if canonical(known) == canonical(asked):
        return Comparison("exact", 1.0, FOLLOW, bindings_of(asked), "", "the very same goal")
    if is_paraphrase(known, asked):
        return Comparison("frame", FRAME_SCORE, FOLLOW, bindings_of(asked), "", "the same task in other words")
    values = values_between(known, asked)
    if values is not None:
        if not values.changed:
            return Comparison("template", TEMPLATE_SCORE, FOLLOW, values.bindings, "", "the same values")
        score = template_score(len(values.changed))
        why = "the same task with other values; one run does not prove how values are used"
        return Comparison("template", score, _would(score), values.bindings, values.veto, why)
    return _similar(known, asked)


def tiers_between(known: str, asked: str) -> dict[str, str]:
    """Return what each tier says of two goals, one sentence each, from proof to guess."""
    is_exact = canonical(known) == canonical(asked) != ""
    values = values_between(known, asked)
    said = {"exact": "the same text" if is_exact else "another text"}
    if frame(known) is None or frame(asked) is None:
        said["frame"] = f"no proof: {left_over(known, asked)}"
    elif is_paraphrase(known, asked):
        said["frame"] = "proof: both readers find the same task, and nothing is left over"
    elif frame(known) == frame(asked):
        said["frame"] = "no proof: the second reader finds other guard words or literals"
    else:
        said["frame"] = f"no proof: {left_over(known, asked)}"
    said["template"] = "another template" if values is None else _told(values)
    similar = _similar(known, asked)
    said["similar"] = f"{similar.confidence:.3g}" + (f", {similar.veto}" if similar.veto and not is_exact else "")
    return said


def _told(values: Values) -> str:
    if not values.changed:
        return "the same values"
    pairs = (f"{name} {values.known[name]!r} → {values.bindings[name]!r}" for name in values.changed)
    return "other values: " + ", ".join(pairs) + (f"; {values.veto}" if values.veto else "")


def _similar(known: str, asked: str) -> Comparison:
    from llmos_std.matching.likeness import likeness

    vetoed = against(known, asked)
    score = round(min(likeness(known, asked), VETOED_CAP if vetoed else PROPOSAL_CAP), 3)
    tier = "similar" if score > 0 else "none"
    why = "it reads alike, which proves nothing" if score else "they have nothing in common"
    return Comparison(tier, score, _would(score), {}, vetoed or left_over(known, asked), why)


def against(known: str, asked: str) -> str:
    """Return the word that takes even a proposal away, "" when there is none.

    Guard words are English: of a goal that is none, only its literals are compared.
    """
    from llmos_std.matching.likeness import share_literals
    from llmos_std.matching.vetoes import veto

    is_foreign = frame(asked) is None or frame(known) is None
    return "" if is_foreign and share_literals(known, asked) else veto(asked, known)


def _would(score: float) -> str:
    return MIXED if score >= Thresholds().mixed else LEARN


@lru_cache(maxsize=4096)
def frame(goal: str) -> Frame | None:
    """Return the frame of a goal, None when it has none."""
    return frame_of(goal)


def is_paraphrase(one: str, other: str) -> bool:
    """Say whether two readers agree that both goals order the same thing with the same values: a proof."""
    read = frame(one)
    return read is not None and read == frame(other) and guards(one) == guards(other)


def bindings_of(goal: str) -> dict[str, str]:
    """Return the values that a goal spells out."""
    read = frame(goal)
    shape = None if read is None else shape_of(read)
    return {} if shape is None else shape.bindings(goal)


def values_between(known: str, asked: str) -> Values | None:
    """Return how the values of `asked` stand in `known`; None when the goals differ in more than values."""
    from llmos_std.matching.slots import parse, swapped_values

    here, there = parse(asked), parse(known)
    if here is not None and there is not None and here.parts == there.parts:
        changed = here.changed(there)
        is_swap = bool(changed) and swapped_values(here.values, there.values)
        veto = f"the values of {' and '.join(changed)} changed places" if is_swap else ""
        return Values(dict(here.values), dict(there.values), changed, veto)
    frames = frame(known), frame(asked)
    shapes = [None if read is None else shape_of(read) for read in frames]
    if shapes[0] is None or shapes[1] is None or shapes[0].parts != shapes[1].parts:
        return None
    changed = shapes[1].changed(shapes[0])
    if not changed:
        return None
    veto = _shape_veto(shapes[0], shapes[1], changed)
    return Values(shapes[1].bindings(asked), shapes[0].bindings(known), changed, veto)


def _shape_veto(known: Shape, asked: Shape, changed: tuple[str, ...]) -> str:
    if sorted(known.values.values()) == sorted(asked.values.values()):
        return f"the values of {' and '.join(changed)} changed places"
    if sorts := asked.other_sorts(known):
        name = sorts[0]
        return f"'{shown(asked.values[name])}' is of another kind than '{shown(known.values[name])}'"
    return ""


def left_over(known: str, asked: str) -> str:
    """Return the first thing that only one of two goals says, as a sentence."""
    frames = frame(known), frame(asked)
    if frames[0] is None or frames[1] is None:
        which = "the known goal" if frames[0] is None else "this goal"
        return f"{which} begins with no verb that is known"
    here, there = frames[1].atoms(), frames[0].atoms()
    for atoms, others, where in ((here, there, "this goal"), (there, here, "the known goal")):
        for atom in atoms:
            if atoms.count(atom) > others.count(atom) and atom[1]:
                return f"'{shown(atom).rstrip('+').replace('_', ' ')}' is only in {where}"
    return "the same words stand in other places"

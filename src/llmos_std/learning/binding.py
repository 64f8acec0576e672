"""Give a program the values of a new goal. A value is bound only if everything that may still be true agrees on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.clock import KINDS, clock_value, read_date
from llmos_std.learning.coming import dated
from llmos_std.learning.leaves import value_at
from llmos_std.learning.novelty import is_unheard_of
from llmos_std.learning.picking import picked
from llmos_std.learning.programs import decides
from llmos_std.learning.provenance import may_be_bound
from llmos_std.learning.values import made
from llmos_std.learning.wording import Alignment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from llmos_core.types.json import JsonValue
    from llmos_std.learning.explaining import Key, Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.programs import Program
    from llmos_std.learning.wording import Goal, Span

_FIXED = frozenset({"where", "at"})
_NOWHERE = Alignment(changed=(), edges={})

NOTHING: Any = object()
"""No value: an explanation that does not apply, or a leaf on which they disagree."""


def bind(
    space: Space,
    goal: Goal,
    alignment: Alignment,
    outputs: Sequence[Any],
    *,
    trusts: Callable[[Key], bool] = decides,
    today: str = "",
) -> Any:
    """Return the one value that all explanations give, else NOTHING; one that `trusts` says yes to must be among them.

    Where there is only one item to pick, any way of picking will do.
    """
    values: dict[str, JsonValue] = {}
    is_decided = False
    for key, spans in space.items():
        texts = _texts(spans, goal, alignment)
        if spans and not texts:
            return NOTHING
        for value in [_value(key, text, outputs, today) for text in texts or [""]]:
            if value is NOTHING:
                return NOTHING
            values[canonical_json(value)] = value
        is_decided = is_decided or trusts(key) or _has_one_item(key, outputs)
    if not is_decided or len(values) != 1:
        return NOTHING
    return next(iter(values.values()))


def _has_one_item(key: Key, outputs: Sequence[Any]) -> bool:
    if key[0] != "out" or key[3] is None:
        return False
    items = value_at(outputs[key[1]], key[2], NOTHING) if key[1] < len(outputs) else NOTHING
    return isinstance(items, list) and len(items) == 1


def _texts(spans: frozenset[Span], goal: Goal, alignment: Alignment) -> list[str]:
    across = [alignment.across(span) for span in sorted(spans)]
    return list(dict.fromkeys(goal.text_of(span) for span in across if span is not None))


def _value(key: Key, text: str, outputs: Sequence[Any], today: str) -> Any:
    if key[0] == "const":
        import json

        constant: JsonValue = json.loads(key[1])
        return constant
    if key[0] in KINDS:
        return clock_value(key, text, today) or NOTHING
    if key[0] == "goal":
        value = made(key[1], text)
        return NOTHING if value is None else value
    if key[0] == "frame":
        return f"{key[1]}{text}{key[2]}"
    return _from_output(key, text, outputs)


def _from_output(key: Key, text: str, outputs: Sequence[Any]) -> Any:
    _, step, outer, pick, inner = key
    value = value_at(outputs[step], outer, NOTHING) if step < len(outputs) else NOTHING
    if pick is not None and value is not NOTHING:
        found = picked(value, pick, text)
        value = NOTHING if found is None else value_at(found, inner, NOTHING)
    found_value: JsonValue = NOTHING if isinstance(value, dict | list) else value
    return found_value


def waits(space: Space) -> bool:
    """Say whether a value can come from something that has not been looked at yet."""
    return any(key[0] == "out" for key in space)


def settled(
    program: Program,
    step: int,
    path: Path,
    goal: Goal,
    alignment: Alignment | None,
    outputs: Sequence[Any],
    today: str,
    *,
    is_fluid: bool = False,
) -> Any:
    """Bind a value, else NOTHING. Without an alignment only what does not speak of the goal can be bound.

    On a known day no date is bound that runs of unknown days had in common.

    With `is_fluid` that an item once had a certain constant in it counts for nothing, since the goal is another one.
    """
    space = program.spaces[step][path]
    if today and is_of_unknown_day(space) and not all(one.run.today for one in program.examples):
        return NOTHING
    if is_fluid:
        space = {key: s for key, s in space.items() if key[0] == "out" and (key[3] is None or key[3][0] not in _FIXED)}
    if alignment is None:
        is_of_goal = any(key[0] in {"goal", "frame", "said"} for key in space)
        space = {} if is_of_goal else {key: spans for key, spans in space.items() if not spans}
    elif any(key[0] == "said" for key in space):
        space = _spelled_out(program, space, goal, alignment)
    if not space:
        return NOTHING
    space = dated(program, step, path, space, today)
    trusts = partial(program.trusts, step, path)
    found = bind(space, goal, alignment or _NOWHERE, outputs, trusts=trusts, today=today)
    if is_unheard_of(program, step, path, space, goal, alignment or _NOWHERE, found):
        return NOTHING
    return found if may_be_bound(path, found, space, goal.text, program.seen[step].get(path, ())) else NOTHING


def _spelled_out(program: Program, space: Space, goal: Goal, alignment: Alignment) -> Space:
    """Put the value that the goal's words name in the place of what only says that they do; nothing if they do not."""
    found: Space = {}
    for key, spans in space.items():
        if key[0] != "said":
            found[key] = spans
            continue
        value = _named(program, key, spans, goal, alignment)
        if value is None or not _takes_all(program, key, goal, alignment):
            return {}
        found["const", value] = frozenset()
    return found


def _named(program: Program, key: Key, spans: frozenset[Span], goal: Goal, alignment: Alignment) -> str | None:
    """Return the value, as JSON, that a goal names in every place where the known stretches stood; None if in doubt."""
    words = program.first.words
    across = [place for span in spans if (place := alignment.across(span)) is not None]
    named = {None if words is None else words.value(key[1:], place, goal) for place in across}
    return named.pop() if len(named) == 1 else None


def _takes_all(program: Program, key: Key, goal: Goal, alignment: Alignment) -> bool:
    """Say whether the steps of a program take every value that a goal names for an argument: else it means another."""
    words = program.first.words
    spaces = [space for of_step in program.spaces for space in of_step.values() if key in space]
    taken = {_named(program, key, space[key], goal, alignment) for space in spaces}
    return words is not None and words.mentioned(key[1:], goal) <= taken


def is_of_unknown_day(space: Space) -> bool:
    """Say whether a value was always one date: of runs that do not say when they were, nobody knows why that one."""
    return any(key[0] == "const" and read_date(key[1].strip('"')) is not None for key in space)


def derived(
    program: Program,
    step: int,
    path: Path,
    goal: Goal,
    alignment: Alignment | None,
    outputs: Sequence[Any],
    today: str,
) -> Any:
    """Bind a value of a program that a model completed: what came from an output comes from there again."""
    found = settled(program, step, path, goal, alignment, outputs, today)
    if found is not NOTHING or not waits(program.spaces[step][path]):
        return found
    return settled(program, step, path, goal, alignment, outputs, today, is_fluid=True)

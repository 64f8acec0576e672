"""Write a trace down as a Python function. The same trace always gives the same bytes.

Everything that came from tools, models or goals enters as a literal; names and comments are made of our own words only.
Each check that a replay would make becomes one `if`; those that cannot fail are left out.
"""

from __future__ import annotations

import re
from keyword import iskeyword, issoftkeyword
from typing import TYPE_CHECKING

from llmos_core.types.record import Record
from llmos_core.types.tools import CallStatus
from llmos_std.compiling.literals import WIDTH, flat, in_docstring, literal
from llmos_std.replay.cursor import ANSWER_STALE
from llmos_std.replay.guards import allowed_before, describe, in_words, is_discriminating

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.types.trace import Trace, TraceStep

LONGEST_NAME = 40
_OURS = frozenset({"call", "describe", "installed", "version", "before"})
_NO_LETTERS = re.compile(r"[^a-z0-9]+")

_MODULE = '''\
"""Compiled by llmos from trace {id}: what worked, as code. No model wrote any of it.

Edited code is not run: the trace is replayed instead. To change what happens, edit the trace.
"""

from llmos_std.compiling.program import {names}


async def {name}(call: Call) -> str:
    """Reach the goal: {goal}

    Learned from {evidence}.
    Return the recorded answer; raise Divergence at the first thing that is not as recorded.
    """
{body}
'''


class Guard(Record, kw_only=False):
    """One check: the condition under which the world is not as recorded, and what is said then, all as source."""

    condition: str
    kind: str
    expected: str
    seen: str


def function_name(goal: str) -> str:
    """Return the name of the function that reaches a goal: words of it, a Python identifier of plain letters."""
    words = _NO_LETTERS.sub("_", goal.lower()).strip("_")[:LONGEST_NAME].strip("_")
    is_free = words.isidentifier() and words not in _OURS and not iskeyword(words) and not issoftkeyword(words)
    return words if is_free else f"reach_{words or 'goal'}"


def module_name(trace: Trace) -> str:
    """Return the name of the module that a trace compiles to."""
    return f"{function_name(trace.goal)}_{trace.id[:8]}"


def source_of(trace: Trace) -> str:
    """Return the module that does what a trace does. Raises TypeError for a trace that holds what is no JSON."""
    statements = [each for index, step in enumerate(trace.steps) for each in _step(index, step, len(trace.steps))]
    lines = "\n".join([*statements, *_answer(trace)]).split("\n")
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    helpers = [name for name in ("describe", "installed") if f"{name}(" in body]
    return _MODULE.format(
        id=trace.id,
        names=", ".join(["Call", "Divergence", *helpers]),
        name=function_name(trace.goal),
        goal=in_docstring(trace.goal),
        evidence=_evidence(trace),
        body=body,
    )


def _evidence(trace: Trace) -> str:
    runs = ", ".join(in_docstring(run) for run in trace.episodes) or "no run that is known"
    return f"{runs} on {in_docstring(trace.created_at)}" if trace.created_at else runs


def _step(index: int, step: TraceStep, count: int) -> Iterator[str]:
    """Yield the statements of one step; a statement may have several lines."""
    name, done = f"step_{index + 1}", f"done_{index + 1}"
    note = "" if is_discriminating(step) else ": nothing recorded here could tell right from wrong"
    yield f"# Step {index + 1} of {count} ({step.effect.value}){note}"
    yield f"{name} = {_call(step)}"
    yield f"version = await {name}.version()"
    recorded = Guard(
        f"version != {flat(step.fingerprint)}",
        flat("tool-changed"),
        flat(f"the tool {step.tool} as recorded"),
        "installed(version)",
    )
    yield raised(index, recorded)
    if allowed := allowed_before(step):
        yield f"before = await {name}.target()"
        target = flat(f"its target {describe(step.before)}")
        yield raised(index, Guard(_is_none_of("before", allowed), flat("pre-check"), target, "describe(before)"))
    yield f"{done} = await {name}"
    yield from (raised(index, guard) for guard in _guards(step, done))
    yield ""


def _call(step: TraceStep) -> str:
    """Return the call of a step: on one line if it fits, else one line an argument."""
    short = [flat(step.tool), *(_argument(key, flat(step.arguments[key])) for key in sorted(step.arguments))]
    line = f"call({', '.join(short)})"
    if len(line) <= WIDTH - 10:
        return line
    long = [flat(step.tool), *(_argument(key, literal(step.arguments[key], 4)) for key in sorted(step.arguments))]
    return "call(\n" + "".join(f"    {argument},\n" for argument in long) + ")"


def _argument(key: str, value: str) -> str:
    is_name = key.isascii() and key.isidentifier() and not iskeyword(key) and not key.startswith("_")
    return f"{key}={value}" if is_name else f"**{{{flat(key)}: {value}}}"


def _is_none_of(name: str, looks: list[dict[str, object]]) -> str:
    different = [look for at, look in enumerate(looks) if look not in looks[:at]]
    if len(different) == 1:
        return f"{name} != {literal(different[0])}"
    return f"{name} not in {literal(different)}"


def _guards(step: TraceStep, done: str) -> Iterator[Guard]:
    """Yield the checks of a finished step in the order in which a replay makes them."""
    recorded = step.observation
    status = recorded.status.value
    ended = flat(f"{step.tool} to end with {status}")
    yield Guard(f"{done}.status != {flat(status)}", f"{done}.failure", ended, f"{done}.text")
    if recorded.status is CallStatus.UNKNOWN:
        yield Guard(f"{done}.status == {flat(status)}", flat("unknown-outcome"), flat("a result"), flat("no result"))
    if not recorded.digest:
        return
    observation, words, seen = flat("observation"), flat(in_words(recorded)), f"{done}.words"
    yield Guard(f"not {done}.is_empty" if recorded.is_empty else f"{done}.is_empty", observation, words, seen)
    drifted = f"{done}.control != {flat(recorded.control)}"
    if step.effect.is_safe:
        yield Guard(drifted, observation, words, seen)
    else:
        yield Guard(f"{done}.knows_drift and {drifted}", observation, words, seen)
        other = f"not {done}.knows_drift and {done}.shape != {flat(recorded.shape)}"
        yield Guard(other, observation, flat(f"a result shaped {recorded.shape}"), f"{done}.shape")
    if step.after is not None:
        missed, target = f"{done}.target != {literal(dict(step.after))}", flat(f"its target {describe(step.after)}")
        yield Guard(missed, flat("post-check"), target, f"describe({done}.target)")


def _answer(trace: Trace) -> Iterator[str]:
    """Yield the end: the recorded answer, once what it can speak of was seen again."""
    needed = [(i, step) for i, step in enumerate(trace.steps) if step.effect.is_safe or step.after is None]
    if needed:
        yield "# The answer stands only while everything it can speak of was seen again, to the byte."
    for index, step in needed:
        drifted = f"done_{index + 1}.digest != {flat(step.observation.digest)}"
        yield raised(index, Guard(drifted, flat(ANSWER_STALE), flat("the recorded result"), flat("one that drifted")))
    yield f"return {literal(trace.answer)}"


def raised(index: int, guard: Guard) -> str:
    """Return the `if` of a check."""
    arguments = (guard.kind, str(index), guard.expected, guard.seen)
    line = f"    raise Divergence({', '.join(arguments)})"
    if len(line) > WIDTH + 16:
        line = "    raise Divergence(\n" + "".join(f"        {each},\n" for each in arguments) + "    )"
    return f"if {guard.condition}:\n{line}"

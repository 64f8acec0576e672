"""Write a program that several runs prove down as a function of its values. The same runs always give the same bytes.

A parameter is a stretch of the goal that goes into some value. Every explanation that may still be true of a value is
in the code, so that the code is as careful as the interpreter: where they disagree, it stops.
"""

from __future__ import annotations

import json
import re
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from llmos_core.errors import UsageError
from llmos_core.types.record import Record
from llmos_std.compiling.emitting import Guard, function_name, raised
from llmos_std.compiling.literals import WIDTH, flat, in_docstring, literal
from llmos_std.learning.binding import is_of_unknown_day
from llmos_std.learning.clock import KINDS
from llmos_std.learning.leaves import joined
from llmos_std.learning.outlines import shape
from llmos_std.learning.provenance import argument_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from llmos_core.types.trace import TraceStep
    from llmos_std.learning.explaining import Key
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.programs import Program
    from llmos_std.learning.wording import Alignment, Goal, Span

_HELPERS = (
    *("agreed", "alone", "as_left", "constant", "framed", "from_goal", "from_item", "is_strange", "left", "moment"),
    "state",
)
_OURS = frozenset({"call", "goal", "today", "tool", "version", "before", "known", *_HELPERS})
_OF_STEPS = re.compile(r"(step|done)(_\d+)?")
"""What the steps of a function and their ends are called, or would be with a number behind it."""
_MARK = re.compile("\0(\\d+)\0")

_MODULE = '''\
"""Compiled by llmos from {count} runs that prove what their values do. No model wrote any of it.

Edited code is not run: the runs themselves are looked at instead.
"""

{imports}


{head} -> None:
    """Reach goals such as: {goal}

    Learned from {evidence}.
    Raise Divergence at the first thing that is not as all of them found it.
    """
{body}
'''


class Slots(Record, kw_only=False):
    """The parameters of a program: the stretch of the first goal that each stands for, by name."""

    spans: dict[str, Span]

    @classmethod
    def of(cls, program: Program) -> Slots:
        """Name every stretch of the goal that goes into some value after the first argument it goes into."""
        names: dict[Span, str] = {}
        for of_step in program.spaces:
            for path, space in of_step.items():
                for span in sorted({span for spans in space.values() for span in spans}):
                    names.setdefault(span, _free(_plain(path), [*names.values(), *_OURS]))
        return cls({name: span for span, name in names.items()})

    def values(self, goal: Goal, alignment: Alignment) -> dict[str, str | None]:
        """Return what a goal that lies so on the first one says in the place of each."""
        across = {name: alignment.across(span) for name, span in self.spans.items()}
        return {name: None if span is None else goal.text_of(span) for name, span in across.items()}

    def of_spans(self, spans: frozenset[Span]) -> list[str]:
        """Return the names of these stretches, in the order in which they stand in the goal."""
        wanted = sorted(spans)
        names = {span: name for name, span in self.spans.items()}
        return [names[span] for span in wanted]


def program_name(program: Program) -> str:
    """Return the name of the function of a program: words of its goals, with the names of values in their places."""
    goal, text = program.first.goal, program.first.goal.text
    for name, span in sorted(Slots.of(program).spans.items(), key=lambda each: -len(goal.text_of(each[1]))):
        text = text.replace(goal.text_of(span), name)
    return function_name(text)


def program_source(program: Program, steps: Sequence[TraceStep]) -> str:
    """Return the module of a program whose steps were recorded so.

    Raises UsageError for an explanation that has no form in code.
    """
    slots = Slots.of(program)
    lines: list[str] = []
    for index, step in enumerate(steps):
        lines += [*_step(program, slots, index, step, len(steps)), ""]
    body = "\n".join(f"    {line}" if line else "" for line in "\n".join(lines).rstrip().split("\n"))
    used = [name for name in _HELPERS if f"{name}(" in body]
    parameters = ["call: Call", "*", *(f"{name}: Slot" for name in slots.spans), "goal: str", "today: str"]
    return _MODULE.format(
        count=len(program.examples),
        imports=_imports(["Call", "Divergence", *(["Slot"] if slots.spans else []), *used]),
        head=_spread(f"async def {program_name(program)}(", parameters, ")"),
        goal=in_docstring(program.first.run.goal),
        evidence=", ".join(in_docstring(one.run.id) for one in program.examples),
        body=body,
    )


def _imports(names: list[str]) -> str:
    line = f"from llmos_std.compiling.bound import {', '.join(names)}"
    return line if len(line) <= WIDTH else _spread("from llmos_std.compiling.bound import (", names, ")")


def _spread(before: str, parts: list[str], after: str) -> str:
    """Return what stands in brackets, on one line if it fits, else one part a line."""
    line = f"{before}{', '.join(parts)}{after}"
    return line if len(line) <= WIDTH - 10 else before + "\n" + "".join(f"    {part},\n" for part in parts) + after


def _step(program: Program, slots: Slots, index: int, step: TraceStep, count: int) -> Iterator[str]:
    """Yield the statements of one step, in the order in which the interpreter makes its checks."""
    name, done, tool = f"step_{index + 1}", f"done_{index + 1}", flat(step.tool)
    yield f"# Step {index + 1} of {count} ({step.effect.value})"
    yield f"tool = call({tool})"
    yield "version = await tool.version()"
    found, seen = flat(f"the tool {step.tool} as recorded"), flat("another version, or none")
    yield raised(index, Guard(f"version != {flat(step.fingerprint)}", flat("tool-changed"), found, seen))
    values = _Values(program, slots, index, step.tool)
    yield from values.statements()
    yield f"{name} = {_spread('call(', [tool, *values.arguments()], ')')}"
    if step.before is not None and not step.effect.is_safe:
        was = str(step.before.get("state", ""))
        yield f"before = state(await {name}.target())"
        target = flat(f"a target that is {step.before.get('state')}")
        seen = 'before or "nothing to see"'
        yield raised(index, Guard(f"before != {flat(was)}", flat("pre-check"), target, seen))
    yield f"{done} = await {name}"
    yield from _checks(program, index, step, done)


class _Values:
    """The values of one step: a variable for each, and the arguments that they make up."""

    def __init__(self, program: Program, slots: Slots, index: int, tool: str) -> None:
        self._program, self._slots, self._index, self._tool = program, slots, index, tool
        self._is_write = not program.first.steps[index].effect.is_safe
        self._variables: list[str] = []
        for path in program.spaces[index]:
            taken = [*self._variables, *slots.spans, *_OURS]
            self._variables.append(_free(f"{_plain(path)}_{index + 1}", taken))

    def statements(self) -> Iterator[str]:
        """Yield what gives each variable the one value that every explanation agrees on."""
        for variable, (path, space) in zip(self._variables, self._program.spaces[self._index].items(), strict=True):
            place = f"'{'.'.join(map(str, path))}' of {self._tool}"
            if is_of_unknown_day(space) and not all(one.run.today for one in self._program.examples):
                raise UsageError(f"{place} is a date that runs of unknown days have in common, which is never bound")
            if len(space) == 1 and (only := next(iter(space)))[0] == "const":
                yield f"{variable} = {flat(json.loads(only[1]))}"
                continue
            if self._is_write and {"goal", "out"} <= {key[0] for key in space}:
                raise UsageError(f"{place} may be a word of the goal or of a result; what it is, only a run can tell")
            where = flat(place)
            keys = sorted(space, key=repr)
            ways = "".join(f"    {_explanation(key, self._slots.of_spans(space[key]))},\n" for key in keys)
            is_sure = any(self._program.trusts(self._index, path, key) for key in keys)
            lists = [] if is_sure else [_alone(key) for key in keys if key[0] == "out" and key[3] is not None]
            if not is_sure and not lists:
                raise UsageError(f"nothing decides {where}")
            listed = "[\n" + ways + "]"
            yield f"{variable} = agreed({', '.join([str(self._index), where, listed, *lists])})"
            if all(key[0] == "out" for key in keys):
                yield from self._stranger(variable, path, place)

    def _stranger(self, variable: str, path: Path, place: str) -> Iterator[str]:
        """Yield what stops a value that only results explain and that has no business in its place."""
        seen = [json.loads(text) for text in sorted(self._program.seen[self._index].get(path, ()))]
        yield f"known = {literal(seen)}"
        condition = f"is_strange({flat(argument_name(path))}, {variable}, goal, known)"
        guard = Guard(condition, flat("binding"), flat(f"one value for {place}"), flat("none, or several that fit"))
        yield raised(self._index, guard)

    def arguments(self) -> Iterator[str]:
        """Yield the arguments of the call, with the variables in them."""
        marked = {path: f"\0{at}\0" for at, path in enumerate(self._program.spaces[self._index])}
        for key, value in joined(marked).items():
            source = _source(value, self._variables)
            is_name = key.isascii() and key.isidentifier() and not iskeyword(key) and not key.startswith("_")
            yield f"{key}={source}" if is_name else f"**{{{flat(key)}: {source}}}"


def _alone(key: Key) -> str:
    return f"alone(done_{key[1] + 1}, {flat(list(key[2]))})"


def _checks(program: Program, index: int, step: TraceStep, done: str) -> Iterator[str]:
    """Yield the checks of a finished step: a normal end, its target, and a result of a shape that was seen before."""
    yield raised(index, Guard(f'{done}.status != "ok"', f"{done}.failure", flat("a normal end"), f"{done}.said"))
    if step.after is not None and not step.effect.is_safe:
        wanted = step.after.get("state")
        condition, target = f"left({done}.target) != {flat(wanted)}", flat(f"a target that is {wanted}")
        yield raised(index, Guard(condition, flat("post-check"), target, f"as_left({done}.target)"))
    shapes = sorted({shape(one.outputs[index]) for one in program.examples})
    expected = flat(f"a result shaped {' or '.join(shapes)}")
    condition = f"{done}.outline not in {flat(shapes)}"
    yield raised(index, Guard(condition, flat("observation"), expected, f"{done}.outline"))


def _explanation(key: Key, texts: list[str]) -> str:
    """Return one explanation as source; `texts` are the parameters that it may speak of."""
    rest = "".join(f", {name}" for name in texts)
    if key[0] == "const":
        return f"constant({flat(json.loads(key[1]))})"
    if key[0] == "today":
        return "constant(today)"
    if key[0] == "goal":
        return f"from_goal({flat(key[1])}{rest})"
    if key[0] == "frame":
        return f"framed({flat(key[1])}, {flat(key[2])}{rest})"
    if key[0] == "out" and (key[3] is None or key[3][0] not in {"next", "next-of"}):
        _, step, outer, pick, inner = key
        where = [list(outer), None if pick is None else _listed(pick), list(inner)]
        return f"from_item(done_{step + 1}, {', '.join(map(flat, where))}{rest})"
    raise UsageError(f"{_formless(key)} has no form in code yet; the program is interpreted")


def _formless(key: Key) -> str:
    """Return in words what an explanation is that code cannot say."""
    if key[0] == "out":
        return "a value of the next item of a list"
    if key[0] in KINDS:
        return "a value that follows the day of the run"
    return "a value that words of the goal stand for" if key[0] == "said" else f"a value that comes from '{key[0]}'"


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, tuple) else value


def _source(value: Any, variables: list[str]) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flat(str(key))}: {_source(one, variables)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_source(one, variables) for one in value) + "]"
    marks = [variables[int(found)] for found in _MARK.findall(str(value))]
    if len(marks) == 1:
        return marks[0]
    return f"moment({marks[0]}, {flat(_MARK.sub('', str(value)))}, {marks[1]})"


def _plain(path: Path) -> str:
    """Return a name for the values at a path: its last word, of plain letters."""
    words = [part.partition("@")[0] or part.strip("@ ") for part in path if isinstance(part, str)]
    name = re.sub(r"[^a-z0-9]+", "_", (next((w for w in reversed(words) if w), "value")).lower()).strip("_")
    is_free = name.isidentifier() and not iskeyword(name) and not _OF_STEPS.fullmatch(name)
    return name if is_free else f"value_{name}".rstrip("_")


def _free(name: str, taken: Sequence[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found

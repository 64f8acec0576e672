"""Plans that write what the goal describes exactly: rows of numbers, repetitions, programs of one statement."""

import shlex
from typing import Any

from llmos_std.providers.builtin.answers import counted
from llmos_std.providers.builtin.steps import Plan, Steps, plan, write, write_lines

_RANGE = "[the] numbers [from] ({first:number} (to|through|up to|until|-) {last:number}|{span})"
_SIMPLE = "[simple|small|short|little|tiny]"
_THAT_PRINTS = "(that|which|to) [just|simply] (prints|print|outputs|output) [out]"


def _has_ending(ending: str) -> Any:
    return lambda file, **_bindings: str(file).endswith(ending)


@plan(
    f"(@put|@make) [me] {_RANGE} @into @new {{file}} [[,] @perline]",
    f"@make [me] [@a|the] [new] [text] [file] [@called] {{file}} @with {_RANGE} [[,] @perline]",
    tools="Write",
    about="file",
)
def create_numbers(file: str, first: int = 0, last: int = 0, span: tuple[int, int] | None = None) -> Steps:
    """Leave the whole numbers from the first to the last in a file, one on each line."""
    first, last = span or (first, last)
    step = 1 if first <= last else -1
    yield from write_lines(file, [str(number) for number in range(first, last + step, step)])
    return f"Wrote the numbers from {first} to {last} to {file}, one on each line."


@plan(
    "@put {text:quoted} {times:number} times @into @new {file} [,] @perline",
    "@make @new {file} @with {text:quoted} [repeated] {times:number} times [,] @perline",
    tools="Write",
    about="file",
    fits=lambda times, **_bindings: times > 0,
)
def create_repeated(file: str, text: str, times: int) -> Steps:
    """Leave one text several times in a file, each on a line of its own."""
    yield from write_lines(file, [text] * times)
    return f"Wrote {counted(times, 'line')} to {file}."


_PYTHON = (
    f"@make [me] [@a] [new] {_SIMPLE} [python|python3] (script|program|file) [@called|in] {{file}}",
    "@make [me] [@a|the] [file] {file}",
    f"@make [me] [@a] [new] {_SIMPLE} (script|program) [@called] {{file}} in python",
)


@plan(
    *(f"{start} {_THAT_PRINTS} [the (text|message|string|words)] {{text:plain}}" for start in _PYTHON),
    tools="Write",
    about="file",
    fits=_has_ending(".py"),
)
def create_python(file: str, text: str) -> Steps:
    """Leave a Python program of one line that prints the text."""
    yield from write(file, f"print({text!r})\n")
    return f"Wrote the Python program {file}, which prints the text."


@plan(
    *(f"{start} {_THAT_PRINTS} {_RANGE} [[,] @perline]" for start in _PYTHON),
    tools="Write",
    about="file",
    fits=_has_ending(".py"),
)
def create_counting_python(file: str, first: int = 0, last: int = 0, span: tuple[int, int] | None = None) -> Steps:
    """Leave a Python program that prints whole numbers, one on each line."""
    first, last = span or (first, last)
    numbers = f"range({first}, {last + 1})" if first <= last else f"range({first}, {last - 1}, -1)"
    yield from write(file, f"for number in {numbers}:\n    print(number)\n")
    return f"Wrote the Python program {file}, which prints the numbers from {first} to {last}."


@plan(
    f"@make [me] [@a] [new] {_SIMPLE} (shell|bash) script [@called] {{file}} "
    "(that|which|to) [just] (prints|print|outputs|output|echoes|echo) {text:plain}",
    tools="Write",
    about="file",
    fits=_has_ending(".sh"),
)
def create_shell(file: str, text: str) -> Steps:
    """Leave a shell script of one command that prints the text."""
    yield from write(file, f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(text)}\n")
    return f"Wrote the shell script {file}, which prints the text."


PLANS: tuple[Plan, ...] = (create_numbers, create_repeated, create_python, create_counting_python, create_shell)

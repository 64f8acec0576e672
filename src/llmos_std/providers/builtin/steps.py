"""Plans as they run: generators that yield wishes for tool calls, are sent what came back, and return the answer.

A plan is restarted for every turn and fed the transcript, so it must depend on nothing but its bindings and results.
It looks before it acts and raises `UnsureError` as soon as the world is not as the goal takes it to be.
"""

import shlex
from collections.abc import Callable, Generator, Mapping
from typing import Any, NamedTuple, TypeAlias

from llmos_core.types.json import JsonValue


class UnsureError(Exception):
    """The planner will not go on; the message is a clause that says why."""


class Wish(NamedTuple):
    """A tool call that a plan wants made."""

    tool: str
    arguments: dict[str, Any]


class Answer(NamedTuple):
    """What a plan tells the user, and the bare value in it that a later clause may write into a file."""

    text: str
    value: str


Steps: TypeAlias = Generator[Wish, JsonValue, str]
Told: TypeAlias = Generator[Wish, JsonValue, Answer]
Texts: TypeAlias = Generator[Wish, JsonValue, list[str]]
Silent: TypeAlias = Generator[Wish, JsonValue, None]


def _always(**_bindings: Any) -> bool:
    return True


class Plan(NamedTuple):
    """Something the planner can do.

    `patterns` are the goals that ask for it; `run` the steps for one match's bindings; `tools` all that it may call;
    `about` the binding that a later `it` stands for; `fits` says whether bindings go together; `gives` the nouns for
    the value of its answer. A plan with `takes_value` is run with the value of the plan before it.
    """

    patterns: tuple[str, ...]
    run: Callable[..., Steps | Told]
    tools: tuple[str, ...]
    about: str = ""
    fits: Callable[..., bool] = _always
    gives: tuple[str, ...] = ()
    takes_value: bool = False


def plan(
    *patterns: str,
    tools: str = "",
    about: str = "",
    fits: Callable[..., bool] = _always,
    gives: str = "",
    takes_value: bool = False,
) -> Callable[[Callable[..., Steps | Told]], Plan]:
    """Make a generator function the plan for goals that match one of `patterns`."""
    return lambda run: Plan(
        patterns=patterns,
        run=run,
        tools=tuple(tools.split()),
        about=about,
        fits=fits,
        gives=tuple(gives.split()),
        takes_value=takes_value,
    )


def read(file: str) -> Steps:
    """Return the whole text of a file."""
    content = yield Wish("Read", {"path": file})
    if not isinstance(content, str):
        raise UnsureError(f"reading {file} gave something that is not text")
    return content


def read_lines(file: str) -> Texts:
    """Return the lines of a file without their ends."""
    text = yield from read(file)
    if "\r" in text:
        raise UnsureError(f"{file} does not end its lines with plain newlines")
    return text.removesuffix("\n").split("\n") if text else []


def write(file: str, text: str) -> Silent:
    """Leave `text` and nothing else in a file."""
    yield Wish("Write", {"path": file, "content": text})


def write_lines(file: str, lines: list[str]) -> Silent:
    """Leave these lines in a file, each ended by a newline."""
    yield from write(file, "".join(f"{line}\n" for line in lines))


def paths(pattern: str) -> Texts:
    """Return the paths that a pattern matches; hidden ones only when the pattern itself names them."""
    found = yield Wish("Glob", {"pattern": pattern})
    return [path for path in _strings(found, "Glob") if _is_visible(path) or path == pattern]


def grep(pattern: str, path: str = "") -> Texts:
    """Return `path:line:text` for every line that matches, in `path` or everywhere."""
    found = yield Wish("Grep", {"pattern": pattern, "path": path} if path else {"pattern": pattern})
    return [hit for hit in _strings(found, "Grep") if _is_visible(hit.split(":", 1)[0]) or path]


def require_file(file: str) -> Silent:
    """Go on only when the file is there."""
    if not (yield from paths(file)):
        raise UnsureError(f"there is no file {file}")


def require_free(file: str) -> Silent:
    """Go on only when nothing has that name yet; a name that ends with / is that of a folder."""
    if (yield from paths(file)):
        raise UnsureError(f"{file} already exists")


def bash(command: str) -> Steps:
    """Run a command that must succeed; return its standard output."""
    done = yield Wish("Bash", {"command": command})
    if not isinstance(done, Mapping) or not isinstance(done.get("exit_code"), int):
        raise UnsureError(f"`{command}` ended in a way that could not be read")
    if done["exit_code"] != 0:
        error = str(done.get("stderr", "")).strip()
        raise UnsureError(f"`{command}` ended with exit code {done['exit_code']}{': ' if error else ''}{error}")
    return str(done.get("stdout", ""))


def shell_words(*words: str) -> str:
    """Return one command line of these words, each quoted as the shell needs it."""
    return shlex.join(words)


def join_path(folder: str, file: str) -> str:
    """Return the path of a file in a folder; the workspace itself is ""."""
    return f"{folder}/{file}" if folder else file


def base_name(file: str) -> str:
    """Return the last part of a path."""
    return file.rsplit("/", 1)[-1]


def _is_visible(path: str) -> bool:
    return not any(part.startswith(".") for part in path.split("/"))


def _strings(found: JsonValue, tool: str) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise UnsureError(f"{tool} gave something that is not a list of texts")
    return [item for item in found if isinstance(item, str)]

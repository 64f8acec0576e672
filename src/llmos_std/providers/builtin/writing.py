"""Plans that write files from what the goal itself says. Content is never invented."""

from typing import Any

from llmos_std.providers.builtin.answers import counted, joined
from llmos_std.providers.builtin.steps import (
    Plan,
    Steps,
    join_path,
    paths,
    plan,
    read,
    require_free,
    write,
    write_lines,
)
from llmos_std.providers.builtin.words import CODE_ENDINGS

_CALLED = "[me] [@a|the] [new] [text|plain text] file [for me] @called {file:name}"
_A_FILE = f"({_CALLED}|[me] [@a|the] [new] [text|plain text] [file] [for me] [@called|at] {{file:newfile}})"
_IN = "(in|inside|into|under) {folder}"
_SAYS = "(@says {text:said}|@says : {text:written})"
_CONTENT = (
    "([,] @with [[the|this] [following] @word] {text:plain} [in it|inside|inside it]"
    "|[,] (with|containing|@word) : {text:written}|[,] @with [the|this] [following] [@word] : {text:written}"
    "|: {text:written}|[,] and (put|write|add|fill it with) {text:plain} [(in|into|to|inside) it|inside]"
    "|(.|,|and|, and) (it should|which should|that should|it must|it shall) (contain|say|have) [the @word] {text:plain}"
    "|(.|,|and|, and) (it should|which should|it must) (contain|say|have) [the @word] : {text:written}"
    "|(.|,|and|, and|with) (the|its) (content|contents|text) (should be|being|shall be|must be) {text:plain})"
)


def _is_prose(file: str, **_bindings: Any) -> bool:
    return not str(file).endswith(CODE_ENDINGS)


def _is_counted_right(items: tuple[str, ...], count: int | None = None, **_bindings: Any) -> bool:
    return count is None or count == len(items)


@plan(
    f"@make {_A_FILE} [{_IN}] {_CONTENT} [{_IN}]",
    f"{_IN} [,] (@make|@place) {_A_FILE} {_CONTENT}",
    f"(@put|@place) {_A_FILE} {_CONTENT} [{_IN}]",
    f"@put {{text:plain}} @into @new {{file}} [{_IN}]",
    f"@put {{text:plain}} @into [@a|the] [new] [text] file @called {{file:name}} [{_IN}]",
    "@put (the|this) [following] @word [:] {text:plain} @into @new {file}",
    "@put to {file} : {text:written}",
    "(overwrite|fill) [the (content|contents|text) of] {file} with {text:plain}",
    "echo {text:said} > {file}",
    tools="Write",
    about="file",
)
def create(file: str, text: str, folder: str = "") -> Steps:
    """Leave exactly the text of the goal in a file."""
    return (yield from _created(join_path(folder, file), text))


@plan(
    f"(@make|@put|@place) {_A_FILE} [{_IN}] {_SAYS} [{_IN}]",
    f"{_IN} [,] (@make|@place) {_A_FILE} {_SAYS}",
    tools="Write",
    about="file",
    fits=_is_prose,
)
def create_saying(file: str, text: str, folder: str = "") -> Steps:
    """Like `create`, for files that are no programs: a program that says something prints it."""
    return (yield from _created(join_path(folder, file), text))


@plan(
    f"@place {{text:plain}} @into @new {{file}} [{_IN}]",
    f"@place {{text:plain}} @into [@a|the] [new] [text] file @called {{file:name}} [{_IN}]",
    "@place (the|this) [following] @word [:] {text:plain} @into @new {file}",
    tools="Glob Write",
    about="file",
)
def put(file: str, text: str, folder: str = "") -> Steps:
    """Like `create`, for words that could also mean adding to a file: one that is already there is not touched."""
    yield from require_free(join_path(folder, file))
    return (yield from _created(join_path(folder, file), text))


@plan(
    f"@make {_A_FILE} (@with|@says) [the|these] [following] [{{count:number}}] lines [:] {{items}}",
    f"@make {_A_FILE} (@with|@says) [the|these] [following] [{{count:number}}] lines : {{items:listed}}",
    tools="Write",
    about="file",
    fits=_is_counted_right,
)
def create_lines(file: str, items: tuple[str, ...], count: int = 0) -> Steps:
    """Leave the texts of the goal in a file, each on a line of its own; `count` is what the goal says they are."""
    yield from write_lines(file, list(items))
    return f"Wrote {counted(count or len(items), 'line')} to {file}."


@plan(
    f"@make [me] [@a|the] [new] (empty|blank) [text] file @called {{file:name}} [{_IN}]",
    f"@make [me] [@a|the] [new] (empty|blank) [text] [file] {{file}} [{_IN}]",
    f"(create|make|add|new|i need) [me] [@a] [new] [text] file @called {{file:name}} [{_IN}]",
    f"(create|make|add|new|i need) [me] [@a|the] [new] [text] file {{file}} [{_IN}]",
    "touch {file}",
    tools="Glob Write",
    about="file",
)
def create_empty(file: str, folder: str = "") -> Steps:
    """Make an empty file; one that is already there is not touched."""
    path = join_path(folder, file)
    yield from require_free(path)
    yield from write(path, "")
    return f"Made the empty file {path}."


@plan(
    "(create|make|add) [the|two|three|four] [new] (empty|blank) files [@called] {files}",
    "touch {files:words}",
    tools="Glob Write",
)
def create_empties(files: tuple[str, ...]) -> Steps:
    """Make several empty files, none of which is already there."""
    for file in files:
        yield from require_free(file)
    for file in files:
        yield from write(file, "")
    return f"Made the empty files {joined(files)}."


@plan(
    "(@put|@place) {text:quoted} @into {file} and {text2:quoted} @into {file2:file}",
    "@make [[two] [new] files [:]] {file} @with {text:plain} and {file2:file} @with {text2:plain}",
    tools="Glob Write",
    fits=lambda file, file2, **_texts: file != file2,
)
def create_two(file: str, text: str, file2: str, text2: str) -> Steps:
    """Leave one text in one new file and another in another."""
    yield from require_free(file)
    yield from require_free(file2)
    yield from write(file, text)
    yield from write(file2, text2)
    return f"Wrote {joined([file, file2])}."


@plan(
    "append {text:plain} (to|at|onto) [the (end|bottom) of] {file}",
    "add {text:quoted} (to|at|onto) [the (end|bottom) of] {file}",
    "(append|add) [@a|the] [new] (line|text|word|words|entry) {text:quoted} (to|at) [the (end|bottom) of] {file}",
    "(append|add) [@a|the] [new] (line|entry) @says {text:said} (to|at) [the (end|bottom) of] {file}",
    "(append|add) to [the (end|bottom) of] {file} : {text:written}",
    "add [@a|the] [new] line to [the (end|bottom) of] {file} (@says {text:said}|@with [the text] {text:plain})",
    "(@put|@place) {text:quoted} at the (end|bottom) of {file}",
    "echo {text:said} >> {file}",
    tools="Glob Read Write",
    about="file",
)
def append(file: str, text: str) -> Steps:
    """Leave the file with the text as its new last line; a missing file is made."""
    is_there = bool((yield from paths(file)))
    before = (yield from read(file)) if is_there else ""
    gap = "" if before.endswith("\n") or not before else "\n"
    line = text.removesuffix("\n")
    yield from write(file, f"{before}{gap}{line}\n")
    if not is_there:
        return f"There was no {file}, so it was made with the text as its only line."
    return f"Added the text as the last line of {file}."


@plan(
    "(add|insert|prepend|put) {text:quoted} (as the first line of|as first line of|to the (start|beginning|top) of"
    "|at the (start|beginning|top) of) {file}",
    "(add|insert|prepend) (the|a) line {text:quoted} (to|at) the (start|beginning|top) of {file}",
    "prepend {text:quoted} to {file}",
    tools="Read Write",
    about="file",
)
def prepend(file: str, text: str) -> Steps:
    """Leave the file with the text as its new first line."""
    before = yield from read(file)
    yield from write(file, f"{text}\n{before}")
    return f"Added the text as the first line of {file}."


def _created(path: str, text: str) -> Steps:
    yield from write(path, text)
    return f"Wrote {counted(len(text), 'character')} to {path}."


PLANS: tuple[Plan, ...] = (
    create,
    create_saying,
    put,
    create_lines,
    create_empty,
    create_empties,
    create_two,
    append,
    prepend,
)

"""Glob and Grep: find files by name and lines by pattern, below the workspace and nowhere else.

Hidden files are found only by a pattern that says the dot. What is found comes sorted, or not at all: no list is cut.
"""

import re
from warnings import catch_warnings, simplefilter

from llmos_core.errors import ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.json import JsonObject, JsonValue
from llmos_core.types.tools import Effect, ToolSpec
from llmos_std.tools.content import open_file
from llmos_std.tools.folders import FolderWalk, open_folder
from llmos_std.tools.paths import Place, open_place, split_inside

MAX_PATHS = 10_000
MAX_LINES = 2_000
MAX_LINE_CHARS = 500
MAX_LINE_BYTES = 10_000_000
"""A file with a longer line is no text that anybody wrote."""
_MAX_BRACES = 100
_BINARY_SAMPLE_BYTES = 8_192
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")


class Glob:
    """Returns the files whose path matches a pattern."""

    spec = ToolSpec(
        name="Glob",
        description="List the files whose path matches a pattern such as *.txt or src/**/*.py, sorted. "
        "A pattern that ends with / lists folders.",
        parameters={
            "type": "object",
            "properties": {"pattern": {"type": "string", "minLength": 1, "description": "* ? [a-z] {a,b} and **"}},
            "required": ["pattern"],
            "additionalProperties": False,
        },
        effect=Effect.READ,
    )

    def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return paths relative to the workspace; raises ToolError when there are more than 10,000."""
        walk, found = FolderWalk(context.timeout_s), set[str]()
        for pattern in expand_braces(arguments["pattern"]):
            start, parts = _split_pattern(context, pattern)
            with open_folder(context.workspace, start) as folder:
                for path in () if folder is None else walk.matching(folder, parts):
                    found.add(_printable(path))
                    if len(found) > MAX_PATHS:
                        raise ToolError(f"more than {MAX_PATHS} files match {arguments['pattern']}; narrow the pattern")
        return [*sorted(found)]


class Grep:
    """Returns the lines that match a regular expression."""

    spec = ToolSpec(
        name="Grep",
        description="Search the text files of the workspace, or of one file or folder in it, for a regular expression. "
        "Returns path:line:text for each matching line; hidden and binary files are left out.",
        parameters={
            "type": "object",
            "properties": {
                "pattern": {"type": "string", "minLength": 1, "description": "a regular expression as Python has them"},
                "path": {
                    "type": "string",
                    "minLength": 1,
                    "description": "a file or folder; the workspace if left out",
                },
            },
            "required": ["pattern"],
            "additionalProperties": False,
        },
        effect=Effect.READ,
    )

    def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return the lines in order of path and line number; raises ToolError when there are more than 2,000."""
        pattern, path, lines = _compiled(arguments["pattern"]), arguments.get("path", "."), list[str]()
        with open_folder(context.workspace, path) as folder:
            if folder is not None:
                for file in FolderWalk(context.timeout_s).files(folder):
                    lines += _matching_lines(file, pattern, is_named=False)
                    _refuse_many(lines, pattern)
                return [*lines]
        with open_place(context.workspace, path) as place:
            lines += _matching_lines(place, pattern, is_named=True)
        _refuse_many(lines, pattern)
        return [*lines]


def expand_braces(pattern: str) -> list[str]:
    """Return the patterns that `{a,b}` groups stand for; raises ToolError for more than 100."""
    patterns = [pattern]
    while group := next((found for each in patterns if (found := _BRACES.search(each))), None):
        whole, choices = group.group(), group.group(1).split(",")
        patterns = [made for each in patterns for made in _replaced(each, whole, choices)]
        if len(patterns) > _MAX_BRACES:
            raise ToolError(f"{pattern} stands for more than {_MAX_BRACES} patterns; use fewer braces")
    return patterns


def _replaced(pattern: str, group: str, choices: list[str]) -> list[str]:
    return [pattern.replace(group, choice, 1) for choice in choices] if group in pattern else [pattern]


def _split_pattern(context: ToolContext, pattern: str) -> tuple[str, tuple[str, ...]]:
    """Return the folder that a pattern starts from and its other components, a row of ** being one."""
    parts = split_inside(context.workspace, pattern) or (".",)
    last = len(parts) - (2 if parts[-1] == "." and len(parts) > 1 else 1)
    fixed = next((i for i, part in enumerate(parts[:last]) if set(part) & set("*?[")), last)
    rest = [
        part for i, part in enumerate(parts) if i >= fixed and not (part == "**" and parts[i + 1 : i + 2] == ("**",))
    ]
    return "/".join(parts[:fixed]) or ".", tuple(rest)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        with catch_warnings():
            simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ToolError(f"{pattern} is no regular expression: {error}; put a backslash before special signs") from None


def _matching_lines(place: Place, pattern: re.Pattern[str], *, is_named: bool) -> list[str]:
    """Return matching lines of a text file; of any other nothing, unless it was named: then raise ToolError."""
    found: list[str] = []
    try:
        with open_file(place) as descriptor, open(descriptor, "rb", closefd=False) as stream:
            if b"\0" in stream.peek(_BINARY_SAMPLE_BYTES)[:_BINARY_SAMPLE_BYTES]:
                return _binary(place, is_named=is_named)
            for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE_BYTES), b""), start=1):
                if len(line) == MAX_LINE_BYTES:
                    return _binary(place, is_named=is_named)
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                if pattern.search(text) and len(found) <= MAX_LINES:
                    found.append(f"{_printable(place.shown)}:{number}:{_shortened(text)}")
    except ToolError as error:
        if is_named or not isinstance(error.__cause__, PermissionError | FileNotFoundError):
            raise
    return found


def _binary(place: Place, *, is_named: bool) -> list[str]:
    if is_named:
        raise ToolError(f"{place.shown}: it is a binary file; look at it with Bash")
    return []


def _refuse_many(lines: list[str], pattern: re.Pattern[str]) -> None:
    if len(lines) > MAX_LINES:
        raise ToolError(f"more than {MAX_LINES} lines match {pattern.pattern}; narrow the search")


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_LINE_CHARS else text[:MAX_LINE_CHARS] + "…"


def _printable(path: str) -> str:
    """Return a path as text that JSON can hold: bytes that are no UTF-8 become replacement signs."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def open_glob(_context: PluginContext) -> Glob:
    """Return the Glob tool."""
    return Glob()


def open_grep(_context: PluginContext) -> Grep:
    """Return the Grep tool."""
    return Grep()

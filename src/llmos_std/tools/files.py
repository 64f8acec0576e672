"""Read, Write and Edit: text files of the workspace, byte for byte.

No line ending is ever translated, and a write appears whole or not at all.
"""

from typing import Any

from llmos_core.errors import ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.json import JsonObject, JsonValue
from llmos_core.types.tools import Effect, Probe, ToolSpec
from llmos_std.tools.content import decode, encode, look, open_file, read_chunks, replace_file, version
from llmos_std.tools.paths import open_place

MAX_BYTES = 10_000_000
"""How much text one Read returns at most."""

MAX_EDIT_BYTES = 100_000_000
"""How large a file one Edit takes into memory at most."""

_PATH = {"type": "string", "minLength": 1, "description": "the file, relative to the workspace"}


def _parameters(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


class _FileTool:
    """A tool about the one file that its argument `path` names."""

    spec: ToolSpec

    def probe(self, arguments: JsonObject, context: ToolContext) -> Probe | None:
        """Return what is at the path now; None when llmos would not even look there."""
        try:
            with open_place(context.workspace, arguments["path"]) as place:
                return look(place)
        except ToolError as error:
            return {"state": "absent"} if isinstance(error.__cause__, FileNotFoundError) else None

    def paths_of(self, arguments: JsonObject) -> tuple[str, ...]:
        """Return the files that a call may change."""
        return (arguments["path"],)


class Read(_FileTool):
    """Returns the text of a file, or the lines of it that are asked for."""

    spec = ToolSpec(
        name="Read",
        description="Return the text of a file of the workspace, or only some of its lines.",
        parameters=_parameters(
            {
                "path": _PATH,
                "offset": {"type": "integer", "minimum": 1, "description": "number of the first line, counted from 1"},
                "limit": {"type": "integer", "minimum": 1, "description": "how many lines at most"},
            },
            "path",
        ),
        effect=Effect.READ,
    )

    def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return the text; raises ToolError when the file is missing, no text, or too big to be read whole."""
        first, limit = int(arguments.get("offset", 1)), arguments.get("limit")
        with open_place(context.workspace, arguments["path"]) as place, open_file(place) as descriptor:
            size = version(descriptor).size_bytes
            if limit is None and size > MAX_BYTES:
                advice = "read it in parts with offset and limit"
                raise ToolError(f"{place.shown}: {size} bytes are more than {MAX_BYTES}; {advice}")
            if first == 1 and limit is None:
                return decode(b"".join(read_chunks(descriptor)), place.shown)
            return decode(_lines(descriptor, first, limit, place.shown), place.shown)


def _lines(descriptor: int, first: int, limit: int | None, shown: str) -> bytes:
    """Return the bytes of `limit` lines from line `first` on; a line ends with its newline byte."""
    wanted, size, number = [], 0, 0
    with open(descriptor, "rb", closefd=False) as stream:
        while line := stream.readline(MAX_BYTES + 1):
            number += 1
            if limit is not None and number >= first + limit:
                break
            if number >= first:
                wanted.append(line)
                size += len(line)
            if max(size, len(line)) > MAX_BYTES:
                raise ToolError(f"{shown}: lines up to {number} hold more than {MAX_BYTES} bytes; ask for fewer lines")
    if first > max(number, 1):
        raise ToolError(f"{shown}: line {first} is past the end; the file has {number} lines")
    return b"".join(wanted)


class Write(_FileTool):
    """Makes a file hold exactly the given text."""

    spec = ToolSpec(
        name="Write",
        description="Create a file of the workspace, or replace it, so that it holds exactly this text. "
        "Missing folders are made.",
        parameters=_parameters(
            {"path": _PATH, "content": {"type": "string", "description": "the whole text of the file"}},
            "path",
            "content",
        ),
        effect=Effect.IDEMPOTENT_WRITE,
    )

    def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return path, size in bytes and whether the file is new; on an error the file is as it was."""
        path = arguments["path"]
        with open_place(
            context.workspace, path, for_writing=True, make_folders=not path.endswith(("/", "/."))
        ) as place:
            data = encode(arguments["content"], place.shown)
            created = replace_file(place, data)
        return {"path": place.shown, "bytes": len(data), "created": created}

    def generalise(self, content: JsonValue) -> JsonValue:
        """Leave out whether the file was new: writing it once more gives the same file."""
        return {k: v for k, v in content.items() if k != "created"} if isinstance(content, dict) else content


class Edit(_FileTool):
    """Replaces one piece of a file's text by another."""

    spec = ToolSpec(
        name="Edit",
        description="Replace a piece of text in a file of the workspace. "
        "The piece must occur exactly once, unless all is true.",
        parameters=_parameters(
            {
                "path": _PATH,
                "old": {"type": "string", "minLength": 1, "description": "the text to replace, exactly as it stands"},
                "new": {"type": "string", "description": "the text to put in its place"},
                "all": {"type": "boolean", "description": "replace every occurrence"},
            },
            "path",
            "old",
            "new",
        ),
        effect=Effect.REVERSIBLE_WRITE,
    )

    def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return path and number of replacements; on an error, ToolError, the file is as it was."""
        old, new = arguments["old"], arguments["new"]
        with open_place(context.workspace, arguments["path"], for_writing=True) as place:
            if not old or old == new:
                raise ToolError(f"{place.shown}: old and new must differ, and old must not be empty")
            with open_file(place) as descriptor:
                seen = version(descriptor)
                if seen.size_bytes > MAX_EDIT_BYTES:
                    raise ToolError(f"{place.shown}: {seen.size_bytes} bytes are more than {MAX_EDIT_BYTES}; use Bash")
                text = decode(b"".join(read_chunks(descriptor)), place.shown)
            count = _occurrences(text, old, place.shown, every=arguments.get("all", False))
            replace_file(place, encode(text.replace(old, new), place.shown), expected=seen)
        return {"path": place.shown, "replacements": count}


def _occurrences(text: str, old: str, shown: str, *, every: bool) -> int:
    """Return how many pieces will be replaced; raises ToolError unless that is clear."""
    first = text.find(old)
    if first < 0:
        raise ToolError(f"{shown}: the old text does not occur in it; read the file and copy the text exactly")
    if every:
        return text.count(old)
    if text.find(old, first + 1) >= 0:
        raise ToolError(f"{shown}: the old text occurs more than once; give more of it, or set all to true")
    return 1


def open_read(_context: PluginContext) -> Read:
    """Return the Read tool."""
    return Read()


def open_write(_context: PluginContext) -> Write:
    """Return the Write tool."""
    return Write()


def open_edit(_context: PluginContext) -> Edit:
    """Return the Edit tool."""
    return Edit()

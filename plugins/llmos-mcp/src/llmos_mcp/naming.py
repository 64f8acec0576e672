"""What a server's tool is called in llmos: `NAME__tool`, at most 64 letters, digits, - and _, and never two alike."""

import re
from collections.abc import Iterable

from llmos_core.types.json import text_digest

LONGEST = 64
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")


def server_of(name: str) -> str:
    """Return the server that a tool's name begins with, "" when it is none of ours."""
    server, separator, tool = name.partition("__")
    return server if separator and tool else ""


def names_for(server: str, tools: Iterable[str]) -> dict[str, str]:
    """Return llmos's name for each of a server's tools. It depends on the tool's own name and on no other tool.

    A name that had to be changed (a foreign character, too long) carries a digest of the original, so no two meet.
    """
    return {tool: _name(server, tool) for tool in tools}


def _name(server: str, tool: str) -> str:
    plain = f"{server}__{_FOREIGN.sub('_', tool)}"
    if plain == f"{server}__{tool}" and tool and len(plain) <= LONGEST:
        return plain
    mark = text_digest(tool)[:8]
    return f"{plain[: LONGEST - 9]}-{mark}"

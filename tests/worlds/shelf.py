"""A deterministic tool world: a shelf of named notes, with a state hash and a log of every call that was executed.

`Get` reads, `Put` may be repeated, `Swap` can be looked at but not repeated, `Post` can neither be looked at nor be
taken back.
"""

from collections.abc import Callable
from typing import Any

from llmos_core.errors import ToolError
from llmos_core.types.json import digest
from llmos_core.types.tools import Effect, ToolSpec


class Shelf:
    """The world: notes by name, posted letters in order, and what was called."""

    def __init__(self, **notes: str) -> None:
        self.notes = dict(notes)
        self.posted: list[str] = []
        self.log: list[tuple[str, dict[str, Any]]] = []
        self.before_call: Callable[[str, dict[str, Any]], None] = lambda _tool, _arguments: None

    @property
    def state(self) -> str:
        return digest({"notes": self.notes, "posted": self.posted})

    def copy(self) -> "Shelf":
        other = Shelf(**self.notes)
        other.posted = list(self.posted)
        return other

    def tools(self) -> list["ShelfTool"]:
        return [ShelfTool(self, name, *row) for name, row in TOOLS.items()]


def _get(shelf: Shelf, name: str) -> Any:
    if name not in shelf.notes:
        raise ToolError(f"there is no note {name}")
    return shelf.notes[name]


def _put(shelf: Shelf, name: str, text: str) -> Any:
    shelf.notes[name] = text
    return {"name": name}


def _swap(shelf: Shelf, name: str, text: str) -> Any:
    old = _get(shelf, name)
    shelf.notes[name] = text
    return {"was": len(old)}


def _post(shelf: Shelf, text: str) -> Any:
    shelf.posted.append(text)
    return {"sent": True}


TOOLS: dict[str, tuple[Effect, tuple[str, ...], Callable[..., Any]]] = {
    "Get": (Effect.READ, ("name",), _get),
    "Put": (Effect.IDEMPOTENT_WRITE, ("name", "text"), _put),
    "Swap": (Effect.REVERSIBLE_WRITE, ("name", "text"), _swap),
    "Post": (Effect.IRREVERSIBLE, ("text",), _post),
}


class ShelfTool:
    def __init__(
        self, shelf: Shelf, name: str, effect: Effect, parameters: tuple[str, ...], act: Callable[..., Any]
    ) -> None:
        self._shelf = shelf
        self._act = act
        properties = {parameter: {"type": "string"} for parameter in parameters}
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(parameters),
            "additionalProperties": False,
        }
        self.spec = ToolSpec(name=name, description=name, parameters=schema, effect=effect)

    def call(self, arguments: Any, _context: Any) -> Any:
        self._shelf.before_call(self.spec.name, dict(arguments))
        self._shelf.log.append((self.spec.name, dict(arguments)))
        return self._act(self._shelf, **arguments)

    def probe(self, arguments: Any, _context: Any) -> Any:
        if self.spec.effect is Effect.IRREVERSIBLE:
            return None
        text = self._shelf.notes.get(arguments["name"])
        return {"state": "absent"} if text is None else {"state": "file", "sha256": digest(text)}

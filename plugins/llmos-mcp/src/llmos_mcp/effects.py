"""What a tool may do to the world, as far as its server says so. Silence and contradiction count as irreversible.

MCP's annotations are hints by the server about itself. llmos believes them by default, because the user chose the
server, and a program that lies could do its harm when it starts; `trust_annotations = false` believes none.
"""

from typing import TYPE_CHECKING

from llmos_core.types.tools import Effect

if TYPE_CHECKING:
    from mcp.types import ToolAnnotations


def effect_of(annotations: "ToolAnnotations | None", *, is_trusted: bool) -> Effect:
    """Return the effect that a tool's annotations stand for.

    Read-only is a read, unless it also claims to destroy. Adding only, and the same twice, is an idempotent write.
    Nothing in MCP promises that a call can be taken back, so no annotation means "reversible".
    """
    if annotations is None or not is_trusted:
        return Effect.IRREVERSIBLE
    is_harmless = annotations.destructive_hint is False
    if annotations.read_only_hint is True:
        return Effect.IRREVERSIBLE if annotations.destructive_hint is True else Effect.READ
    if is_harmless and annotations.idempotent_hint is True:
        return Effect.IDEMPOTENT_WRITE
    return Effect.IRREVERSIBLE


def stays_home(annotations: "ToolAnnotations | None", *, is_trusted: bool) -> bool:
    """Say whether the server promises that the tool deals with nothing beyond itself."""
    return is_trusted and annotations is not None and annotations.open_world_hint is False

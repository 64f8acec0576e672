"""Streamed text under redaction: whole lines only, and a block of key material only when its end is known.

A secret that is cut in two pieces would be recognised in neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.runtime.redacting import Hider

_BEGIN, _END = "-----BEGIN ", "-----END "


class Lines:
    """Collects pieces and tells whole lines, hidden. What is left at the end comes with the answer itself."""

    def __init__(self, hider: Hider, tell: Callable[[str], object]) -> None:
        self._hider, self._tell, self._waiting = hider, tell, ""

    def take(self, piece: str) -> None:
        """Take one piece; tell what is complete now. What cannot be hidden is not told."""
        self._waiting += piece
        end = self._waiting.rfind("\n") + 1
        closed = max(0, self._waiting.rfind(_END, 0, end))
        if (begun := self._waiting.find(_BEGIN, closed, end)) >= 0:
            end = self._waiting.rfind("\n", 0, begun) + 1
        if not end:
            return
        whole, self._waiting = self._waiting[:end], self._waiting[end:]
        try:
            self._tell(self._hider.text(whole))
        except PluginError:
            return

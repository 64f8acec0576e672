"""What is said around an order and does not change it: "can you …?", "please …", "I need to …. Can you do that?".

Only what stands at the very beginning is taken off, and at the end only a sentence that says nothing but "do that":
any other last word may be part of a text that is to be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASKS = ("can you", "could you", "would you", "will you", "please", "kindly", "i need you to", "i want you to")
_STARTS = tuple(tuple(start.split()) for start in _ASKS)
_WISHES = (("i", "need", "to"), ("i", "want", "to"), ("i", "would", "like", "to"))
_DO_IT = frozenset({"do", "that", "this", "it", "for", "me", "please", "can", "could", "would", "will", "you", "now"})
_DO = frozenset({"do"})
_STOP = frozenset({".", "?", "!"})


def order_in(tokens: Sequence[str]) -> tuple[int, int]:
    """Return where the order begins and ends among the tokens of a goal; never nothing."""
    words = [token.lower() for token in tokens]
    end = _end(words)
    start = 0
    if end < len(words):
        start = next((len(wish) for wish in _WISHES if tuple(words[: len(wish)]) == wish), 0)
        if not start:
            end = len(words)  # "… Can you do that?" after anything but a wish is an order of its own
    while (step := _step(words[start:end])) and start + step < end:
        start += step
    return start, end


def _end(words: list[str]) -> int:
    """Return where a last sentence begins that only says "can you do that (for me, please)"."""
    stops = [index for index, word in enumerate(words) if word in _STOP]
    if not stops or not words[stops[-1] + 1 :]:
        return len(words)
    last = words[stops[-1] + 1 :]
    return stops[-1] if _DO_IT.issuperset(last) and _DO & set(last) else len(words)


def _step(words: list[str]) -> int:
    return next((len(start) for start in _STARTS if tuple(words[: len(start)]) == start), 0)

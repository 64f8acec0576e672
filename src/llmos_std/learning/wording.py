"""Goals as tokens, and the places where two wordings of one task differ.

Only other text in the place of a value is a difference of values, and there must be one way only to read it so. Any
other word that one goal has and the other has not is a difference of meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmos_core.types.record import Record
from llmos_std.learning.courtesy import order_in

if TYPE_CHECKING:
    from collections.abc import Collection

_TOKEN = re.compile(
    r"(?<=[\s(:]')(?![\s'])[^']*(?:'\w[^']*)*?(?='(?:[\s.,;:?!)]|$))"  # what stands in quotation marks is one token
    r"|(?<=\")(?!\s)[^\"]+(?=\")"
    r"|[^\W_]+(?:[-.:@/_][^\W_]+)*"
    r"|\S"
)
_END = frozenset(".?!")
_QUOTES = frozenset({"'", '"'})
Span = tuple[int, int]
"""A half-open range of token positions."""


class Goal:
    """A goal and the tokens of the order in it. `text_of` gives back the very characters of a span."""

    __slots__ = ("_places", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        found = list(_TOKEN.finditer(text))
        while found and found[-1].group() in _END:
            found.pop()
        found = found[slice(*order_in([match.group() for match in found]))]
        self._places = [(match.start(), match.end()) for match in found]
        words = [match.group() for match in found]
        self.tokens = tuple([words[0].lower(), *words[1:]] if words else ())

    def text_of(self, span: Span) -> str:
        """Return the characters from the first to the last token of a span."""
        first, last = span
        return self.text[self._places[first][0] : self._places[last - 1][1]] if first < last else ""

    def is_plain_word(self, place: int) -> bool:
        """Say whether a token is a word outside of quotation marks."""
        start, end = self._places[place]
        is_quoted = self.text[max(start - 1, 0) : start] in _QUOTES and self.text[end : end + 1] in _QUOTES
        return self.text[start].isalnum() and not is_quoted

    def spans_of(self, text: str) -> frozenset[Span]:
        """Return every span whose characters are `text`, whatever the case."""
        wanted, found = text.casefold(), set()
        ends = {end: index + 1 for index, (_, end) in enumerate(self._places)}
        folded = self.text.casefold()
        if not wanted or len(folded) != len(self.text):
            return frozenset()
        for index, (start, _) in enumerate(self._places):
            if folded.startswith(wanted, start) and start + len(wanted) in ends:
                found.add((index, ends[start + len(wanted)]))
        return frozenset(found)

    def short_spans(self, longest: int) -> list[Span]:
        """Return all spans of at most `longest` tokens, in order."""
        count = len(self.tokens)
        return [(i, j) for i in range(count) for j in range(i + 1, min(i + longest, count) + 1)]


class Alignment(Record):
    """How two goals of one wording lie on each other: `changed` holds pairs of spans, left goal first."""

    changed: tuple[tuple[Span, Span], ...]
    edges: dict[int, int]

    def across(self, span: Span) -> Span | None:
        """Return where a span of the left goal lies in the right one; None when it cuts through a change."""
        first, last = self.edges.get(span[0]), self.edges.get(span[1])
        return None if first is None or last is None else (first, last)


def align(left: Goal, right: Goal, slots: Collection[Span]) -> Alignment | None:
    """Return the one way in which `right` is `left` with other text in some of these spans of it; else None.

    Of several ways the one with the fewest changed words counts, and of these the one with the fewest changes; two that
    are alike in both are no way at all.
    """
    if len(left.tokens) * len(right.tokens) > _MOST_CELLS:
        return None
    starts: dict[int, list[int]] = {}
    for start, end in sorted(slots):
        starts.setdefault(start, []).append(end)
    found = _best(left.tokens, right.tokens, starts)
    if found is None:
        return None
    edges = {0: 0, len(left.tokens): len(right.tokens)}
    at, there = 0, 0
    for (start, end), (first, last) in (*found, ((len(left.tokens),) * 2, (len(right.tokens),) * 2)):
        edges |= {at + k: there + k for k in range(start - at + 1)}
        inside = range(end - start if end - start == last - first else 0)
        edges |= {start + k: first + k for k in inside} | {start: first, end: last}
        at, there = end, last
    return Alignment(changed=found, edges=edges)


_MOST_CELLS = 20_000
_CHANGE = 1_000  # so that of two ways with as few changed words the one with fewer changes is cheaper
_Way = tuple[int, int, tuple[tuple[Span, Span], ...]]
"""The cost of the cheapest way, the number of ways that cost no more, and the changes of one of these."""


def _best(
    left: tuple[str, ...], right: tuple[str, ...], starts: dict[int, list[int]]
) -> tuple[tuple[Span, Span], ...] | None:
    """Return the changes of the one cheapest way through both texts, else None."""
    open_ways: list[dict[int, _Way]] = [{} for _ in range(len(left) + 1)]
    open_ways[0][0] = (0, 1, ())
    for i, token in enumerate(left):
        for j, (cost, count, changes) in sorted(open_ways[i].items()):
            if j < len(right) and token == right[j]:
                _add(open_ways[i + 1], j + 1, (cost, count, changes))
            for end in starts.get(i, ()):
                for last in range(j + 1, len(right) + 1):
                    if left[i:end] != right[j:last]:
                        dearer = cost + _CHANGE * (end - i + last - j) + 1
                        _add(open_ways[end], last, (dearer, count, (*changes, ((i, end), (j, last)))))
    _, count, found = open_ways[-1].get(len(right), (0, 0, ()))
    return found if count == 1 else None


def _add(ways: dict[int, _Way], place: int, way: _Way) -> None:
    """Keep the cheapest way to a place, and how many are as cheap."""
    known = ways.get(place)
    if known is None or way[0] < known[0]:
        ways[place] = way
    elif way[0] == known[0]:
        ways[place] = (way[0], known[1] + way[1], known[2])

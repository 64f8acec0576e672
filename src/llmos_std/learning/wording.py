"""Goals as tokens, and the places where two wordings of one task differ.

Only a replaced stretch is a difference of values. A word that one goal has and the other has not is a difference of
meaning: such goals are not compared any further.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from llmos_core.types.record import Record

_TOKEN = re.compile(
    r"(?<=[\s(:]')(?![\s'])[^']*(?:'\w[^']*)*?(?='(?:[\s.,;:?!)]|$))"  # what stands in quotation marks is one token
    r"|(?<=\")(?!\s)[^\"]+(?=\")"
    r"|[^\W_]+(?:[-.:@/_][^\W_]+)*"
    r"|\S"
)
_END = frozenset(".?!")
Span = tuple[int, int]
"""A half-open range of token positions."""


class Goal:
    """A goal and its tokens. `text_of` gives back the very characters of a span."""

    __slots__ = ("_places", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        found = list(_TOKEN.finditer(text))
        while found and found[-1].group() in _END:
            found.pop()
        self._places = [(match.start(), match.end()) for match in found]
        words = [match.group() for match in found]
        self.tokens = tuple([words[0].lower(), *words[1:]] if words else ())

    def text_of(self, span: Span) -> str:
        """Return the characters from the first to the last token of a span."""
        first, last = span
        return self.text[self._places[first][0] : self._places[last - 1][1]] if first < last else ""

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


def align(left: Goal, right: Goal) -> Alignment | None:
    """Return how `right` lies on `left`, None when one has a word that the other lacks."""
    matcher = SequenceMatcher(None, left.tokens, right.tokens, autojunk=False)
    changed: list[tuple[Span, Span]] = []
    edges = {0: 0, len(left.tokens): len(right.tokens)}
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag in {"insert", "delete"}:
            return None
        if tag == "replace":
            changed.append(((i1, i2), (j1, j2)))
            edges |= {i1: j1, i2: j2}
        else:
            edges |= {i1 + k: j1 + k for k in range(i2 - i1 + 1)}
    return Alignment(changed=tuple(changed), edges=edges)

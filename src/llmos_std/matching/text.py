"""The one canonical text of a goal: what may differ between two goals that are surely the same.

Folded are: Unicode to NFC, runs of ASCII white space outside quotes to one space, typographic quotes that pair to
straight ones, and the capital of the first word when that word is in a closed list. Nothing else is touched, and in
doubt (an unpaired or escaped quote, a block of lines) the rest of the goal is literal: folding too little costs one
model call, folding too much repeats the wrong work.
"""

from collections.abc import Callable
from functools import lru_cache

from llmos_core.types.json import text_digest
from llmos_std.matching.words import LEADING

WORDS, QUOTED, LITERAL = "words", "quoted", "literal"
"""The kinds of piece a goal is made of: plain words, one quotation with its marks, and a rest that is left alone."""

Piece = tuple[str, str]

_CLOSING = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "„": "“”", "«": "»", "‹": "›", "「": "」", "『": "』"}
_STRAIGHT = {"“": '"', "‘": "'"}
_AT_WORD_EDGE = "'‘"
_SPACES = {ord(space): " " for space in "\t\n\r\f\v"}
_BLOCK_MARKS = " \t\r\n-*+•#>|"


def signature(goal: str) -> str:
    """Return the exact index key of a goal: equal canonical texts, equal keys."""
    return "exact:" + text_digest(canonical(goal))[:32]


@lru_cache(maxsize=1024)
def canonical(goal: str) -> str:
    """Return the canonical text of a goal; doing it twice changes nothing."""
    text = goal.strip()
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFC", text)
    parts = pieces(text)
    folded = "".join(_FOLDS[kind](part) for kind, part in parts)
    return _with_small_first_word(folded) if parts and parts[0][0] is WORDS else folded


def pieces(text: str) -> list[Piece]:
    """Split a text into WORDS, QUOTED and LITERAL pieces; joined they are the text again. LITERAL comes last."""
    spans, end = _quotations(text)
    end = min(end, _block_start(text, spans))
    found: list[Piece] = []
    position = 0
    for start, stop in spans:
        if start >= end:
            break
        found += [(WORDS, text[position:start]), (QUOTED, text[start:stop])]
        position = stop
    found += [(WORDS, text[position:end]), (LITERAL, text[end:])]
    return [piece for piece in found if piece[1]]


def _quotations(text: str) -> tuple[list[tuple[int, int]], int]:
    """Return the spans of quotations and where certainty about them ends (the length of the text when it never does).

    A quote that is escaped, never closed or closed without being opened makes all quotes doubtful.
    """
    spans: list[tuple[int, int]] = []
    position = 0 if any(mark in text for mark in _CLOSING) else len(text)
    while (start := _next_mark(text, position)) < len(text):
        mark = text[start]
        is_inside_word = mark in _AT_WORD_EDGE and text[start - 1 : start].isalnum()
        if is_inside_word and mark == "'" and text[start + 1 : start + 2].isalnum():
            position = start + 1
            continue
        stop = -1 if is_inside_word or text[start - 1 : start] == "\\" else _closing(text, start)
        if stop < 0 or text[stop - 2] == "\\":
            return [], spans[0][0] if spans else start
        spans.append((start, stop))
        position = stop
    return spans, len(text)


def _next_mark(text: str, position: int) -> int:
    while position < len(text) and text[position] not in _CLOSING:
        position += 1
    return position


def _closing(text: str, start: int) -> int:
    """Return the end of the quotation that starts here, -1 when it is never closed."""
    mark = text[start]
    for position in range(start + 1, len(text)):
        is_apostrophe = mark in _AT_WORD_EDGE and text[position + 1 : position + 2].isalnum()
        if text[position] in _CLOSING[mark] and not is_apostrophe:
            return position + 1
    return -1


def _block_start(text: str, spans: list[tuple[int, int]]) -> int:
    """Return where a block of lines begins: at the first of several line breaks, or at one that opens a list or a text.

    A single break in running words is taken for a wrapped line.
    """
    if "\n" not in text:
        return len(text)
    quoted = iter(spans)
    span = next(quoted, None)
    breaks: list[int] = []
    for position in (at for at, character in enumerate(text) if character == "\n"):
        while span is not None and span[1] <= position:
            span = next(quoted, None)
        if span is None or position < span[0]:
            breaks.append(position)
    if not breaks:
        return len(text)
    first = breaks[0]
    opens_block = text[:first].rstrip().endswith(":") or text[first + 1 : first + 2] in _BLOCK_MARKS
    return first if len(breaks) > 1 or opens_block else len(text)


def _folded_spaces(words: str) -> str:
    spaced = words.translate(_SPACES)
    inner = " ".join(word for word in spaced.split(" ") if word)
    before = " " if spaced.startswith(" ") else ""
    after = " " if inner and spaced.endswith(" ") else ""
    return f"{before}{inner}{after}"


def _straightened(quotation: str) -> str:
    straight = _STRAIGHT.get(quotation[0])
    inside = quotation[1:-1]
    if straight is None or straight in inside or "\\" in inside:
        return quotation
    return f"{straight}{inside}{straight}"


def _with_small_first_word(text: str) -> str:
    """Lower the capital of a first word from the closed list; "Create" begins a sentence, "CREATE" may be a name."""
    end = next((at for at, character in enumerate(text) if not character.isalpha()), len(text))
    word = text[:end]
    is_plain = text[end : end + 1] in (" ", ",") and word[:1].isupper() and word[1:].islower()
    return word.lower() + text[end:] if is_plain and word.lower() in LEADING else text


_FOLDS: dict[str, Callable[[str], str]] = {WORDS: _folded_spaces, QUOTED: _straightened, LITERAL: str}

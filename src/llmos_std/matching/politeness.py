"""The order inside what is said around it: greetings, please, thanks, and the marks at the end.

Where a goal ends in text that is to be written or said, nothing at its end is politeness: it may be part of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from llmos_std.matching.lexicon.lookup import lexicon
from llmos_std.matching.tokens import MARK, WORD
from llmos_std.matching.zones import QUOTE, literal_zones

if TYPE_CHECKING:
    from llmos_std.matching.tokens import Token

_ASKING = frozenset(("could", "can", "would", "will"))
_SAYING = frozenset("reply respond answer tell text message tweet say write comment post".split())
_GIVING = frozenset("send give email mail forward show offer ask owe express pass read hand write".split())
_LOOKING = frozenset("show list count read find get check see view display search print open fetch".split())
_ADDRESSED = frozenset(
    "task tasks ticket tickets issue issues todo todos mail mails email emails message messages note notes reminder "
    "reminders orders package packages notification notifications meeting meetings invitation invitations "
    "appointment appointments letter letters news call calls reservation reservations invoice invoices".split()
)
"""What may be for somebody: `the messages for me` are those that were sent to me."""
_NOBODY = frozenset("path glob url int float date money quantity clock quoted code".split())
_THANKING = frozenset("thank thanks thx ty cheers".split())
_MAY_END = frozenset("'\"”’)?!%$€£")


class Order(NamedTuple):
    """Where the order itself starts and ends among the tokens; `is_question` only when nothing polite explains it."""

    start: int
    end: int
    is_gerund: bool
    is_question: bool


def order_in(tokens: list[Token]) -> Order:
    """Return the order in a goal."""
    words = [token.value.lower() if token.kind == WORD else "" for token in tokens]
    start, is_gerund = _start(tokens, words)
    end = len(tokens)
    if end > start and literal_zones(tokens, start, end)[end - 1] == QUOTE:
        is_asked = bool(_ASKING & set(words[:start])) and tokens[end - 1].surface == "?"
        return Order(start, end - is_asked, is_gerund, is_question=False)
    end, is_question = _without_marks(tokens, start, end)
    polite_end = _without_thanks(tokens, words, start, end)
    is_polite = start > 0 or polite_end < end
    return Order(start, polite_end, is_gerund, is_question and not is_polite)


def _start(tokens: list[Token], words: list[str]) -> tuple[int, bool]:
    known = lexicon()
    start, end = 0, len(tokens)
    while start < end:
        step = _prefix(words, start, end, known.gerund_starts)
        if step:
            return _after_comma(tokens, start + step), True
        step = _prefix(words, start, end, known.starts.get(words[start], ()))
        if not step:
            break
        start = _after_comma(tokens, start + step)
    return start, False


def _without_marks(tokens: list[Token], start: int, end: int) -> tuple[int, bool]:
    """Return where the order ends before its full stops and question marks, and whether there was a question mark."""
    is_question = False
    while end > start + 1 and tokens[end - 1].kind == MARK and tokens[end - 1].surface in (".", "!", "?"):
        before = tokens[end - 2].surface[-1:]
        if tokens[end - 1].value == "." and not before.isalnum() and before not in _MAY_END:
            break
        end -= 1
        is_question |= tokens[end].value == "?"
    return end, is_question


def _without_thanks(tokens: list[Token], words: list[str], start: int, end: int) -> int:
    while end > start + 1 and (step := _suffix(words, start, end, lexicon().ends.get(words[end - 1], ()))) > 0:
        is_thanks = bool(_THANKING & set(words[end - step : end]))
        is_said = is_thanks and (words[start] in _SAYING or _may_be_given(tokens, words, start, end - step))
        if is_said and tokens[end - step - 1].kind != MARK:
            break  # `reply to the mail thanks`: that may be the reply
        if words[end - step] == "for" and words[start] in _LOOKING and words[end - step - 1] in _ADDRESSED:
            break
        end -= step
        if tokens[end - 1].kind == MARK and tokens[end - 1].value in (",", ".", "!", "?"):
            end -= 1
    return end


def _may_be_given(tokens: list[Token], words: list[str], start: int, end: int) -> bool:
    """Say whether what ends here may be somebody who is given thanks: `send Bob`, not `send the report`."""
    if words[start] not in _GIVING or "to" in words[start + 2 : end] or tokens[end - 1].kind in _NOBODY:
        return False
    kinds = lexicon().nouns.get(lexicon().words.get(words[end - 1], "").rstrip("+"), frozenset(("person",)))
    return "person" in kinds


def _prefix(words: list[str], start: int, end: int, entries: tuple[tuple[str, ...], ...]) -> int:
    for phrase in entries:
        stop = start + len(phrase)
        if tuple(words[start:stop]) == phrase and stop + 1 < end:
            return len(phrase)
    return 0


def _suffix(words: list[str], start: int, end: int, entries: tuple[tuple[str, ...], ...]) -> int:
    for phrase in entries:
        if tuple(words[end - len(phrase) : end]) == phrase and end - len(phrase) > start + 1:
            return len(phrase)
    return 0


def _after_comma(tokens: list[Token], at: int) -> int:
    is_break = at < len(tokens) and tokens[at].kind == MARK and tokens[at].value in (",", "!", ".", ":")
    return at + 1 if is_break else at

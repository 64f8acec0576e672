"""The conditional clause of a goal, read word by word: one comparison with a number, or of two things looked at.

A clause is read exactly or not at all. Every word of it is one of a closed list, or is kept in `words`, for a look to
account for. Negation, alternatives, "otherwise", a second condition, and any goal whose clause has no clear end are not
read.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from llmos_core.types.record import Record, evolve
from llmos_std.learning.cues import PROVISO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_std.learning.wording import Goal, Span

_UP = re.compile("more|higher|greater|larger|bigger|longer")
_DOWN = re.compile("less|lower|fewer|smaller|shorter")
_BARE = {"above": ">", "over": ">", "below": "<", "under": "<", "exceeds": ">", "exceeded": ">", "exceed": ">"}
_AT = {"least": ">=", "most": "<="}
_GREW = re.compile("grew|grown|grow|grows|increased|rose|risen")
_SHRANK = re.compile("fell|fallen|dropped|decreased|declined|shrank|shrunk")
_PERCENT = frozenset({"%", "percent"})
_QUANTITY = (
    ("any", re.compile(r"(?:at any (?:time|point|moment)|on any day|at some point|ever)(?!\S)")),
    ("all", re.compile(r"(?:always|at all times|on every day|every day|every single day)(?!\S)")),
)
_UNREAD = re.compile(
    "unless|when|whenever|while|until|till|otherwise|else|or|either|not|no|never|none|nothing|without|except|only|but"
    "|neither|nor|instead|all|each|every|everything|everyone|some|any|few|both"
)
_READ = re.compile(
    "the|an?|of|is|are|was|were|be|been|has|have|had|might|its?|they|this|that|there|since|by|in|on|at|for|from|to"
    "|than|then|and|i|we|gets?|got|think|check|see|find|out|can|could|you|please|me|[?.,%]|percent|if|whether|growth"
)
_ORDERS = re.compile(
    "make|plot|draw|chart|create|add|send|email|mail|write|schedule|book|arrange|set|put|move|delete|remove|cancel"
    "|close|open|assign|reassign|update|change|mark|archive|forward|reply|notify|tell|message|remind|post|print|save"
    "|copy|rename|start|stop|restart|turn|switch"
)
_SMALL_TALK = frozenset({"please", "then"})
_QUANTITIES = ("any", "all", "first", "last", "sum", "mean", "count")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_QUOTES = frozenset("'\"")
_JOINED_DIGITS = re.compile(r"\d[,.:/]\s?\d{3}\b|\d,\d")
_PAIR = 2
_GROWTH = "growth_percent"


class Clause(Record, kw_only=False):
    """A comparison that a goal makes. `operator` is one of "> >= < <=", `quantities` what the words let be compared.

    `than` is the number it is compared with (growth downwards is negative), None where it is something looked at that
    the words from `split` on name. `roles` are the stretches that hold the comparison and the number, `words` the
    places of the tokens that a look has to account for, `span` is the whole clause.
    """

    operator: str
    quantities: tuple[str, ...]
    than: float | None
    roles: tuple[Span, ...]
    words: tuple[int, ...] = ()
    span: Span = (0, 0)
    split: int = 0

    @property
    def kind(self) -> tuple[object, ...]:
        """What clauses have in common that mean the same with other values: all but direction, number and words."""
        return self.quantities, self.than is None, len(self.roles)


def read_clause(goal: Goal) -> Clause | str:
    """Return the one comparison on which a goal is to be done, or why it cannot be read exactly."""
    words = plain_words(goal)
    odd = next((word for word in _unquantified(words) if _UNREAD.fullmatch(word)), "")
    if odd or _has_negation(words):
        return f"'{odd or 'not'}' in a condition is not read"
    if proviso := PROVISO.search(" ".join(words)):
        return f"there may be another condition behind '{proviso[0]}'"
    if _JOINED_DIGITS.search(goal.text):
        return "a number in it may be part of a longer one"
    span = _extent(words)
    return span if isinstance(span, str) else _compared(words, span, _names(goal))


def plain_words(goal: Goal) -> list[str]:
    """Return the tokens of a goal in lower case, with "" for whatever stands in quotation marks."""
    tokens = ["", *goal.tokens, ""]
    return [
        "" if before in _QUOTES and after in _QUOTES and token not in _QUOTES else token.lower()
        for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
    ]


def _names(goal: Goal) -> frozenset[int]:
    """Return the places of capitals inside sentences: "IT", "May" and "A" are no small words there, only "I" is."""
    before = [".", *goal.tokens]
    places = (n for n, one in enumerate(goal.tokens) if one != one.lower() and one != "I")
    return frozenset(place for place in places if before[place] not in {".", "?", "!"})


def _has_negation(words: Sequence[str]) -> bool:
    return any(pair == ("'", "t") for pair in pairwise(words))


def _unquantified(words: Sequence[str]) -> list[str]:
    """Return the words without those that say how many of several values are meant."""
    taken = {place for place, _ in _quantity_places(words)}
    return [word for place, word in enumerate(words) if place not in taken]


def _quantity_places(words: Sequence[str]) -> list[tuple[int, str]]:
    """Return the place of each word of "at any time" and its like, with what it says."""
    text, found = " ".join(words), []
    starts = [sum(len(word) + 1 for word in words[:place]) for place in range(len(words))]
    for name, wanted in _QUANTITY:
        for match in wanted.finditer(text):
            if match.start() in starts:
                inside = [place for place, start in enumerate(starts) if match.start() <= start < match.end()]
                found += [(place, name) for place in inside]
    return found


def _extent(words: Sequence[str]) -> Span | str:
    """Return where the clause begins and ends. Beyond it only an order may stand, which begins with a known verb."""
    ifs = [place for place, word in enumerate(words) if word in {"if", "whether"}]
    so = [place for place in ifs if words[place + 1 : place + 2] == ["so"]]
    if len(so) == 1 and len(ifs) <= _PAIR and ifs[-1] == so[0]:
        return (0, so[0]) if _is_order(words, so[0] + 2) else "what to do if so does not begin with a known verb"
    if so or len(ifs) != 1:
        return "there is not one condition in it"
    first = ifs[0]
    if _ORDERS.fullmatch(words[0]):
        return first + 1, len(words)
    end = next((place for place in range(first + 1, len(words)) if _ORDERS.fullmatch(words[place])), None)
    return "where the condition ends is not clear" if end is None else (0, end)


def _is_order(words: Sequence[str], place: int) -> bool:
    while place < len(words) and words[place] in {",", *_SMALL_TALK}:
        place += 1
    return place < len(words) and bool(_ORDERS.fullmatch(words[place]))


def _compared(words: Sequence[str], span: Span, names: frozenset[int]) -> Clause | str:
    """Read the comparison between two places, and see that nothing else stands there that would change it."""
    inside = range(*span)
    found = [role for place in inside if (role := _comparison(words, place)) is not None]
    grown = [place for place in inside if _grew(words[place]) or words[place] == "growth"]
    percents = [place for place in inside if words[place] in _PERCENT]
    quantity = [(place, name) for place, name in _quantity_places(words) if place in inside]
    if not 1 <= len(found) <= _PAIR or len(grown) > 1 or len(percents) > 1 or len({name for _, name in quantity}) > 1:
        return "there is not one comparison in it"
    number = _number_after(words, found[0])
    if number is not None and (percents or grown or len(found) == _PAIR):
        made = "growth at any time is not read" if quantity else _growth(words, found, number, grown, percents)
    elif len(found) == 1 and not percents:
        made = _plain(words, found[0], number, grown, [name for _, name in quantity])
    else:
        made = "there is not one comparison in it"
    if isinstance(made, str):
        return made
    taken = {place for role in made.roles for place in range(*role)} | {place for place, _ in quantity}
    rest = [place for place in inside if place not in taken]
    counted = tuple(place for place in rest if place in names or not _READ.fullmatch(words[place]))
    return _joined(words, rest, span) or evolve(made, words=counted, span=span)


def _comparison(words: Sequence[str], place: int) -> Span | None:
    """Return the stretch of a comparing word, or of two as in "at least"; None where no comparison begins."""
    if words[place] == "at" and words[place + 1 : place + 2] and words[place + 1] in _AT:
        return place, place + 2
    return (place, place + 1) if words[place] in _BARE or _directed(words[place]) else None


def _directed(word: str) -> str:
    """Return the operator of a word that has "than" after it, "" for any other word."""
    return ">" if _UP.fullmatch(word) else "<" if _DOWN.fullmatch(word) else ""


def _grew(word: str) -> int:
    """Return 1 for a word that says that something grew, -1 when it shrank, else 0."""
    return 1 if _GREW.fullmatch(word) else -1 if _SHRANK.fullmatch(word) else 0


def _operator(words: Sequence[str], role: Span) -> str:
    word = words[role[1] - 1]
    return _AT.get(word) or _BARE.get(word) or _directed(word)


def _number_after(words: Sequence[str], role: Span) -> int | None:
    """Return the place of the number that a comparison is with, None when it is with none."""
    place = role[1]
    if _directed(words[place - 1]):
        if words[place : place + 1] != ["than"]:
            return None
        place += 1
    return place if place < len(words) and _NUMBER.fullmatch(words[place]) else None


def _plain(
    words: Sequence[str], role: Span, number: int | None, grown: Sequence[int], said: Sequence[str]
) -> Clause | str:
    """Read "more than 21", or "more … than …" where what follows is looked at too."""
    quantities = (said[0],) if said else (_GROWTH,) if grown else _QUANTITIES
    operator = _operator(words, role)
    if number is not None:
        return Clause(operator, quantities, float(words[number]), (role, (number, number + 1)))
    than = [place for place in range(role[1], len(words)) if words[place] == "than"]
    if operator not in {">", "<"} or words[role[0]] in _BARE or len(than) != 1 or said:
        return "what it is compared with is not clear"
    of_two = tuple(one for one in quantities if one not in {"any", "all"})
    return Clause(operator, of_two, None, (role,), split=than[0] + 1)


def _growth(
    words: Sequence[str], found: Sequence[Span], number: int, grown: Sequence[int], percents: Sequence[int]
) -> Clause | str:
    """Read "more than 5 % lower than …", "grew by more than 5 %" and "growth was more than 5"."""
    value, operator = float(words[number]), _operator(words, found[0])
    roles = [found[0], (number, number + 1)]
    if len(found) == _PAIR:
        sign = found[1]
        is_read = percents == [number + 1] and sign[0] == number + 2 and words[sign[1] : sign[1] + 1] == ["than"]
        if grown or not is_read or operator != ">":
            return "there are two comparisons in it"
        roles.append(sign)
        is_down = _operator(words, sign) == "<"
    elif not grown:
        return "a share of what did not grow is not read"
    elif words[grown[0]] == "growth":
        if percents and percents[0] not in {number + 1, grown[0] - 1}:
            return "the percent sign does not stand at the number"
        return Clause(operator, (_GROWTH,), value, tuple(roles))
    else:
        if percents != [number + 1] or operator != ">":
            return "how much it grew is not clear"
        roles.append((grown[0], grown[0] + 1))
        is_down = _grew(words[grown[0]]) < 0
    return Clause("<" if is_down else ">", (_GROWTH,), -value if is_down else value, tuple(roles))


def _joined(words: Sequence[str], rest: Sequence[int], span: Span) -> str:
    """Return why a clause may be two, "" when nothing joins anything to it."""
    for place in rest:
        follows = words[place + 1] if place + 1 < len(words) else ""
        if words[place] == "and" and follows != "if":
            return "'and' in a condition is not read"
        if words[place] in {".", "?"} and span[0]:
            return "another sentence follows the condition"
        if words[place] == "," and place + 1 != span[1] and follows not in {"if", *_SMALL_TALK}:
            return "what stands after a comma in a condition is not read"
    return ""

"""Words that change what a goal means though they are no value: conditions, and how many things it is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROVISO = (
    "once|provided|providing|assuming|suppose|supposing|depending|as soon as|as long as|so long as|given that"
    "|in the event|on condition"
)
PROVISO = re.compile(rf"\b({_PROVISO})\b", re.IGNORECASE)
CONDITION = re.compile(
    r"\b(if|unless|when|whenever|whether|until|otherwise|else|in case|at least|at most|only|except|while|did|does|has"
    rf"|have|hasn|haven|isn|aren|wasn|weren|didn|doesn|check|{_PROVISO})\b",
    re.IGNORECASE,
)
OTHERWISE = re.compile(r"\b(otherwise|else)\b", re.IGNORECASE)
EVERY = re.compile(r"\b(all|any|each|every|everything|everyone|none|some|few)\b", re.IGNORECASE)

_STATES = re.compile(
    r"(?P<subject>I|[Ww]e|[Tt]hey|[Ss]he|[Hh]e|[a-z]+|[A-Z][\w-]*(?: [A-Z][\w-]*){0,2}) (?:has|have)"
    r" (?:just |now |recently )?(?:\w{2,}ed|been|become|gone|come|left|got|given|taken|written|sent|made|a|an|the)"
    r"(?: [^.,;:?!]*)?\."
)
_SENTENCE = re.compile(r"[^.?!]+[.?!]+(?=\s|$)|[^.?!]+$")
_DOUBT = re.compile(
    r"\b(thinks?|thought|believe|guess|hope|maybe|perhaps|might|may|could be|would be|should|seems?|apparently|possibly"
    r"|probably|wonder|suspect|unsure|sure|once|after|assuming|assume|provided|providing|suppose|supposing|given that"
    r"|case|long as|depending|or|not|no|never|see|find out|verify|confirm|ensure|right|correct|true|so|already|say"
    r"|imagine|pretend|ask|tell me|granted)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    "who|what|which|that|this|it|there|whoever|whatever|whichever|(any|every|some|no)(one|body|thing)|one|none|all|any"
    "|each|some|either|neither|both|few|many|most|where|how",
    re.IGNORECASE,
)


def condition_in(text: str) -> str:
    """Return the first word of a goal that may make it conditional, "" when none does.

    "has" and "have" do not where they only tell what happened, in a whole sentence of its own before the order ("Ada
    has moved to Rome. Update her address."), and nothing in the goal casts doubt on it.
    """
    cues = list(CONDITION.finditer(text))
    told = [] if _DOUBT.search(text) else list(_told(text))
    left = (cue for cue in cues if not any(start <= cue.start() < end for start, end in told))
    return next((cue[0] for cue in left), "")


def _told(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences stand that only tell something and have an order after them."""
    sentences = list(_SENTENCE.finditer(text))
    for one in sentences[:-1]:
        sentence = one[0].strip()
        found = _STATES.fullmatch(sentence)
        if found is None:
            return
        is_of_one = not _NOBODY.fullmatch(found["subject"]) and len(CONDITION.findall(sentence)) == 1
        if not is_of_one:
            return
        yield one.span()


_JOINT = re.compile(
    r"not|no|never|none|without|except|neither|nor|instead|rather|than|but|and|or|then|also|plus|too|again|with|to|from"
    r"|in|into|on|onto|for|by|of|at|as|after|before|until|since|over|under|between|if|unless|when|while|that|which|who"
)


def adds_meaning(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Return a word that makes a new value more than a value ("bob and carol", "not bob"), "" when there is none.

    Joining and negating words are fine where the recorded value had them as well, and inside quotation marks, where a
    whole text is one token.
    """
    had = {token.lower() for token in old}
    for token in new:
        word = token.lower()
        is_joint = bool(_JOINT.fullmatch(word)) or (len(word) == 1 and not word.isalnum())
        if is_joint and word not in had:
            return token
    return ""

"""Words that change what a goal means though they are no value: conditions, and how many things it is about."""

from __future__ import annotations

import re

CONDITION = re.compile(
    r"\b(if|unless|when|whenever|whether|until|otherwise|else|in case|at least|at most|only|except|while|did|does|has"
    r"|have|hasn|haven|isn|aren|wasn|weren|didn|doesn|check)\b",
    re.IGNORECASE,
)
OTHERWISE = re.compile(r"\b(otherwise|else)\b", re.IGNORECASE)
EVERY = re.compile(r"\b(all|any|each|every|everything|everyone|none|some|few)\b", re.IGNORECASE)

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

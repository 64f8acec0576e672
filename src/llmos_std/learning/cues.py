"""Words that change what a goal means though they are no value: conditions, and how many things it is about."""

from __future__ import annotations

import re

CONDITION = re.compile(
    r"\b(if|unless|when|whenever|whether|until|otherwise|else|in case|at least|at most|only|except|while|did|does|has"
    r"|have|hasn|haven|isn|aren|wasn|weren|didn|doesn|check)\b",
    re.IGNORECASE,
)
EVERY = re.compile(r"\b(all|any|each|every|everything|everyone|none|some|few)\b", re.IGNORECASE)

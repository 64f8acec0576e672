"""A second reader of goals, which knows nothing of frames: it counts the words and literals that must never differ.

Two goals are one task only if both readers say so. This one looks at the text itself, chunk by chunk.
"""

from __future__ import annotations

import re
from functools import lru_cache

from llmos_std.matching.text import canonical

_GUARDS = {
    word: group[0]
    for group in (
        "not|never|no|none|neither|nor|n't|cannot|don't".split("|"),
        "without|w/o".split("|"),
        "except|excluding|apart|exception".split("|"),
        "every|each|all|daily|weekly|monthly|hourly|yearly".split("|"),
        "only|just|solely|exclusively".split("|"),
        "if|whether".split("|"),
        "any|either".split("|"),
        "first|1st".split("|"),
        *([word] for word in "unless until before after when while or but instead skip ignore avoid both".split()),
        *([word] for word in "why should did was were again twice most some several few".split()),
        *([word] for word in "simulate pretend dry last next previous".split()),
    )
    for word in group
}
_POLITE = re.compile(
    r"\bwhen you (?:get|have) (?:a (?:chance|moment|minute)|time)\b"
    r"|\bif (?:you (?:could|can|would|don't mind)|that(?:'s| is) ok)\b"
    r"|\b(?:should|must|(?:needs?|has|have) to) be\b(?! not)|\byou (?:should|must)\b(?! not)|\bmost recent\b"
    r"|\bno (?:more|less|fewer) than\b|\bother than\b|\brather than\b|\b(?:with|have) no\b",
)
_SAID_SO = {"other than": "except", "rather than": "instead", "with no": "without", "have no": "without"}
_LITERAL = re.compile(r"[/\\@_*~={}|<>#&+^`]|[A-Za-z0-9]\.[A-Za-z0-9]|[^\x00-\x7f]")
_AMOUNT = re.compile(r"[$€£¥+-]?\d[\d.,:]*(?:[A-Za-z%€$£¥]|°)*")
_SHORT = frozenset(("w/", "w/o", "&", "a.m", "p.m", "i.e", "e.g"))
_OPENING = "([{'\"“‘"
_EDGES = "()[]{},;:!?.'\"“”‘’"


@lru_cache(maxsize=4096)
def guards(goal: str) -> tuple[str, ...]:
    """Return what a goal insists on, in order of the alphabet: its guard words and the literals it spells out."""
    found: list[str] = []
    text = canonical(goal).replace("’", "'")
    lower = _POLITE.sub(lambda match: _SAID_SO.get(match.group(0), " "), text.lower())
    for chunk in lower.split():
        word = chunk.strip(_EDGES)
        word = "n't" if word.endswith("n't") else word
        if word in _GUARDS:
            found.append(_GUARDS[word])
    for chunk in text.split():
        core = chunk.lstrip(_OPENING).rstrip(_EDGES).removesuffix("'s")
        if core.lower() not in _SHORT and _LITERAL.search(core) and not _AMOUNT.fullmatch(core):
            found.append((core[2:] if core[:2] == "./" and core[2:3] not in ("/", "~", "") else core).rstrip("/"))
    return tuple(sorted(found))

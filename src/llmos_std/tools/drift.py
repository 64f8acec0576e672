"""Replace what differs between two runs of a command without mattering: times, durations, ids, temporary paths.

Applying it twice changes nothing more, and text never becomes empty by it.
"""

import re

_MAX_ROUNDS = 20
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\b)?"

_RULES: tuple[tuple[str, str], ...] = (
    (r"(?:/private)?(?:/tmp|/var/tmp|/var/folders)/[^\s'\":,;)\]}>]+", "<temporary path>"),
    (rf"\b\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]{_CLOCK}{_ZONE})?(?!\d)", "<time>"),
    (rf"\b(?:{_DAY},? +)?{_MONTH} +\d{{1,2}},?(?: +{_CLOCK})?(?: +[A-Z]{{3,4}})?(?: +\d{{4}})?{_ZONE}(?!\w)", "<time>"),
    (rf"\b(?:{_DAY},? +)?\d{{1,2}} {_MONTH}(?: +\d{{4}})?(?: +{_CLOCK})?{_ZONE}(?!\w)", "<time>"),
    (rf"(?<![\w:.]){_CLOCK}{_ZONE}(?![\w:])", "<time>"),
    (r"(?<![\w.])\d+m ?\d+(?:\.\d+)?s\b", "<duration>"),
    (r"(?<![\w.])\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|secs?|seconds?|minutes?)(?![\w/])", "<duration>"),
    (r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])", "<id>"),
    (r"\b0x[0-9a-fA-F]+\b", "<id>"),
    (r"(?<![\w.])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,}(?![\w.])", "<id>"),
    (r"(?i)(?<![a-z_])(pid|process)([ =:#]{1,3})\d+", r"\1\2<pid>"),
    (r"(?m)^(\[\d+\]) \d+$", r"\1 <pid>"),
)


def without_drift(text: str) -> str:
    """Return the text with everything that may drift replaced by a word in angle brackets."""
    for _ in range(_MAX_ROUNDS):  # what stands beside a replaced piece may be recognised only in the next round
        before = text
        for pattern, stand_in in _RULES:
            text = re.sub(pattern, stand_in, text)
        if text == before:
            break
    return text

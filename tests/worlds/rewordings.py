"""Trivial rewordings: what nobody would call another task. The tables are written apart from the matcher's lexicon."""

import re
from collections.abc import Callable
from random import Random

from worlds.tasks import POOLS

Kind = Callable[[str, Random], str]

_NAMES = frozenset(value for kind in ("name", "branch", "id") for value in POOLS[kind])
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_STARTS = (
    "please", "Please,", "could you", "could you please", "can you", "can you please", "would you", "hey,", "hi,",
    "hello,",
    "I want you to", "I'd like you to", "I need you to", "we need to", "I need to", "let's", "kindly", "go ahead and",
    "pls", "Hey, could you", "Hi, can you please",
)  # fmt: skip
_ENDS = (
    "please",
    ", please",
    ", thanks",
    ", thank you",
    "for me",
    "for me, please",
    ". Thanks!",
    ", thx",
    ", many thanks",
)
_SHORT = """
    directory:dir directory:folder repository:repo repo:repository application:app app:application
    database:db configuration:config email:e-mail pictures:images minutes:mins hours:hrs seconds:secs
    average:avg maximum:max minimum:min website:site meeting:mtg photos:pics folder:directory
    photos:photographs summarize:summarise analyze:analyse
    """
SHORT = [pair.split(":") for pair in _SHORT.split()]
_GLUED = [("MB", "megabytes"), ("GB", "gigabytes"), ("KB", "kilobytes")]


def unchanged_inside(text: str, change: Callable[[str], str]) -> str:
    """Return the text with only what is outside quotations changed."""
    spans = [match.span() for match in _QUOTED.finditer(text)]
    result, position = "", 0
    for start, stop in spans:
        result += change(text[position:start]) + text[start:stop]
        position = stop
    return result + change(text[position:])


def polite_start(goal: str, random: Random) -> str:
    """A polite word before it."""
    return f"{random.choice(_STARTS)} {goal}"


def polite_end(goal: str, random: Random) -> str:
    """A polite word behind it."""
    end = random.choice(_ENDS)
    return goal + (end if end[0] in ",." else f" {end}")


def polite_question(goal: str, random: Random) -> str:
    """A polite question."""
    return f"{random.choice(('Could you', 'can you', 'Would you please', 'could you please'))} {goal}?"


def no_articles(goal: str, _random: Random) -> str:
    """Without `the`, `a`, `an`."""
    return unchanged_inside(goal, lambda text: re.sub(r"\b(?:the|a|an) (?=[a-zA-Z])", "", text))


def other_article(goal: str, random: Random) -> str:
    """`the` for `a`, `a` for `the`."""
    new = random.choice(("the", "a"))
    return unchanged_inside(goal, lambda text: re.sub(r"\b(?:the|a|an) (?=[a-z])", f"{new} ", text))


def capital(goal: str, _random: Random) -> str:
    """A capital at the start."""
    return goal[:1].upper() + goal[1:]


def full_stop(goal: str, random: Random) -> str:
    """A mark at the end."""
    return goal + random.choice((".", "!", " .")[:2])


def white_space(goal: str, random: Random) -> str:
    """More white space between the words."""
    return "  " + unchanged_inside(goal, lambda text: text.replace(" ", random.choice(("  ", "\t", " ")))) + " "


def short_form(goal: str, random: Random) -> str:
    """A short form, or the long one."""
    fits = [(one, other) for one, other in SHORT if re.search(rf"(?<![\w/.-]){one}(?![\w/.-])", _QUOTED.sub("", goal))]
    if not fits:
        return ""
    one, other = random.choice(fits)
    return unchanged_inside(goal, lambda text: re.sub(rf"(?<![\w/.-]){one}(?![\w/.-])", other, text, count=1))


def number_form(goal: str, random: Random) -> str:
    """1,000 for 1000, 10MB and 10 megabytes for 10 MB, 7d for 7 days."""
    forms = [lambda text: re.sub(r"(?<![\w.,-])(\d)(\d{3})(?![\w.,-])", r"\1,\2", text)]
    for short, long in _GLUED:
        forms += [lambda text, s=short: re.sub(rf"(\d) {s}\b", rf"\g<1>{s}", text)]
        forms += [lambda text, s=short, b=long: re.sub(rf"(\d) {s}\b", rf"\g<1> {b}", text)]
    for long, short in (("days", "d"), ("hours", "h"), ("minutes", "min"), ("weeks", "wk")):
        forms += [lambda text, b=long, s=short: re.sub(rf"(\d) {b}\b", rf"\g<1>{s}", text)]
    forms += [lambda text: re.sub(r"\b(\d+)(am|pm)\b", r"\1 \2", text)]
    found = sorted({unchanged_inside(goal, form) for form in forms} - {goal})
    return random.choice(found) if found else ""


def title_case(goal: str, _random: Random) -> str:
    """Capitals At Every Word, where no name could be hurt."""
    words = goal.split(" ")
    if _has_name(goal) or any(not re.fullmatch(r"[a-z]+", word) for word in words) or len(words) < 4:
        return ""
    return " ".join(word.capitalize() for word in words)


def upper_case(goal: str, _random: Random) -> str:
    """ALL IN CAPITALS, where no name could be hurt."""
    return goal.upper() if re.fullmatch(r"[a-z ]+", goal) and not _has_name(goal) else ""


def _has_name(goal: str) -> bool:
    return any(word in _NAMES for word in goal.split(" "))


_ORDERS = (
    (r"(copy \S+) (to \S+)", r"\2 \1"),
    (r"(copy \S+) (from \S+) (to \S+)", r"\1 \3 \2"),
    (r"(replace .+ with .+) (in \S+)", r"\2, \1"),
    (r"(sort \S+ by date) (in descending order)", r"\2, \1"),
    (r"(sort \S+) (by date) (in descending order)", r"\1 \3 \2"),
    (r"(count the lines) (in \S+)", r"\2, \1"),
    (r"(schedule a meeting with \w+) (on \w+) (at \S+)", r"\2, \1 \3"),
    (r"(schedule a meeting with \w+) (on \w+) (at \S+)", r"\1 \3 \2"),
    (r"(remind me) (at \S+) (to call \w+)", r"\2 \1 \3"),
    (r"(book a flight) (from \w+) (to \w+) (on \S+)", r"\1 \3 \2 \4"),
    (r"(book a table for \w+ people) (at \S+)", r"\2 \1"),
    (r"(turn on the heating) (at \S+)", r"\2 \1"),
    (r"(translate \S+) (from English) (into French)", r"\1 \3 \2"),
    (r"(if the build fails), (notify the team)", r"\2 \1"),
    (r"(move all photos) (from \S+) (to \S+)", r"\1 \3 \2"),
    (r"(transfer \S+) (from \w+) (to \w+)", r"\1 \3 \2"),
)


def word_order(goal: str, random: Random) -> str:
    """Segments of the verb in another order."""
    fits = [(pattern, new) for pattern, new in _ORDERS if re.fullmatch(pattern, goal)]
    if not fits:
        return ""
    pattern, new = random.choice(fits)
    return re.sub(pattern, new, goal)


KINDS: dict[str, Kind] = {
    each.__name__: each
    for each in (
        polite_start, polite_end, polite_question, no_articles, other_article, capital, full_stop, white_space,
        short_form, number_form, title_case, upper_case, word_order,
    )
}  # fmt: skip
"""Every kind by name."""


def reworded(goal: str, kind: str, seed: int) -> str:
    """Return the same task in other words, "" where the kind does not apply."""
    other = KINDS[kind](goal, Random(seed))
    return "" if other == goal else other

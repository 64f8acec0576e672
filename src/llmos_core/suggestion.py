"""Guess what a mistyped word was meant to be."""

from collections.abc import Iterable

_MOST_LISTED = 12
_LONGEST = 100


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known word nearest to `word`, or the list of known words, or nothing.

    Made to follow a statement of what was found. Only a handful of known words is worth listing.
    """
    choices = sorted(known)
    if found := nearest(word, choices):
        return f"; did you mean '{found}'?"
    if 0 < len(choices) <= _MOST_LISTED:
        return f"; known: {', '.join(choices)}"
    return ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to `word`, "" when none is near."""
    import difflib

    choices = {choice.lower(): choice for choice in sorted(known)}
    found = difflib.get_close_matches(word.lower()[:_LONGEST], choices, n=1, cutoff=0.6)
    return choices[found[0]] if found else ""

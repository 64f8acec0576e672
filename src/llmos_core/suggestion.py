"""Guess what a mistyped word was meant to be."""

from collections.abc import Iterable

_MOST_LISTED = 12


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known word nearest to `word`, or the list of known words, or nothing.

    Made to follow a statement of what was found. Only a handful of known words is worth listing.
    """
    import difflib

    choices = {choice.lower(): choice for choice in sorted(known)}
    nearest = difflib.get_close_matches(word.lower(), choices, n=1, cutoff=0.6)
    if nearest:
        return f"; did you mean '{choices[nearest[0]]}'?"
    if 0 < len(choices) <= _MOST_LISTED:
        return f"; known: {', '.join(choices.values())}"
    return ""

"""How the planner speaks: short sentences made of counts, names and texts that were given or observed."""

from collections.abc import Sequence


def counted(number: int, thing: str) -> str:
    """Return `1 line`, `2 lines`, `no lines`."""
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"


def listed(items: Sequence[str]) -> str:
    """Return the items below each other after a colon, or nothing when there are none."""
    return ":\n" + "\n".join(items) if items else "."


def joined(items: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else "nothing"


def content_of(file: str, text: str) -> str:
    """Return a text as it is, or a sentence when there is none."""
    return text.removesuffix("\n") if text.strip() else f"{file} is empty."

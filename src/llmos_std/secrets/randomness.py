"""Tell random text from words, numbers, paths and code. Nothing here is certain: it is asked beside other evidence."""

from itertools import pairwise

_STOP_WORDS = ("your", "example", "changeme", "placeholder", "redacted", "dummy", "****", "xxxx", "....", "…")
_OWN_WORDS = ("password", "passwd", "token", "secret", "key", "credential", "auth")
_RANDOM_PIECE, _RANDOM_HEXADECIMAL = 8, 16
_SHORTEST_PASSWORD, _SHORTEST_RANDOM, _SURELY_RANDOM = 6, 16, 30
_FEWEST_LETTERS, _FEWEST_CHANGES = 4, 3


def looks_random(text: str, *, has_prefix: bool = False) -> bool:
    """Say whether a text of 16 characters or more has a piece that no word, number or name looks like.

    Pieces are what stands between - _ . / : and @. After the prefix of a known service a long piece is enough.
    """
    if len(text) < _SHORTEST_RANDOM or is_placeholder(text):
        return False
    pieces = text.translate(_SPLIT).split()
    if not has_prefix and _is_code(text):
        return False
    if has_prefix and any(len(piece) >= _SURELY_RANDOM and not piece.islower() for piece in pieces):
        return True
    return any(len(piece) >= _RANDOM_PIECE and _is_mixed(piece) for piece in pieces)


def looks_like_password(text: str) -> bool:
    """Say whether a text beside the word password may be one: unbroken, letters and something else, not code."""
    if len(text) < _SHORTEST_PASSWORD or is_placeholder(text) or any(each.isspace() for each in text):
        return False
    if not any(each.isalpha() for each in text) or text.isalpha():
        return False
    if _is_code(text):
        return False
    return not _is_dotted_name(text) or any(each.isdigit() for each in text)


def is_placeholder(text: str) -> bool:
    """Say whether a text stands for a secret that somebody else fills in."""
    lowered = text.lower()
    return (
        len(set(lowered)) < _FEWEST_LETTERS
        or "${" in text
        or text[:1] in "<$"
        or any(word in lowered for word in _STOP_WORDS)
    )


def _is_code(text: str) -> bool:
    """Say whether a text is a name in some code or a path that speaks of secrets, as what holds them does."""
    return _is_dotted_name(text) and (text[:1] in "./" or any(word in text.lower() for word in _OWN_WORDS))


def _is_dotted_name(text: str) -> bool:
    return text.replace(".", "_").replace("-", "_").replace("/", "_").isidentifier()


def _is_mixed(piece: str) -> bool:
    """Say whether letters and digits, or letters of both cases, change more often than in words and numbers."""
    kinds = [_kind(each) for each in piece]
    changes = sum(1 for one, other in pairwise(kinds) if one != other)
    has_digit = "d" in kinds
    is_hexadecimal = len(piece) >= _RANDOM_HEXADECIMAL and has_digit and not piece.strip("0123456789abcdefABCDEF")
    return has_digit and changes >= (_FEWEST_CHANGES if is_hexadecimal else max(_FEWEST_CHANGES, len(piece) // 4))


def _kind(character: str) -> str:
    if character.isdigit():
        return "d"
    if character.isalpha():
        return "u" if character.isupper() else "l"
    return "s"


_SPLIT = str.maketrans(dict.fromkeys("-_./:@", " "))

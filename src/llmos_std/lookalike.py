"""Names as a careless file system or reader takes them: other case, other width, invisible signs, dots at the end.

On most Linux file systems these are different names. On others, and for programs that normalise, they are one; so a
protected name is protected in every spelling that anything is known to take for it.
"""

_ODD = frozenset(":~\\")
_SHORT_NAMES = {"git~1": ".git", "llmos~1": ".llmos"}


def meanings(name: str) -> tuple[str, ...]:
    """Return every name that this one may be taken for, in lower case; just one for ordinary names.

    Beside the name itself: in plain letters, without a stream or what DOS drops at its end, its long form, and in parts
    where a sign in it may be taken for a slash.
    """
    if name.isascii() and not name.endswith((".", " ")) and not _ODD.intersection(name):
        return (name.lower(),)
    if name in (".", ".."):
        return (name,)
    whole = name.lower() if name.isascii() else _in_plain_letters(name)
    found = [whole]
    for part in whole.replace("\\", "/").split("/"):
        plain = part.split(":", 1)[0]
        short = plain.rstrip(". ")
        found += [part, plain.rstrip(" "), short, _SHORT_NAMES.get(short, short)]
    return tuple(dict.fromkeys(one for one in found if one))


def _in_plain_letters(name: str) -> str:
    import unicodedata

    compatible = unicodedata.normalize("NFKC", name)
    visible = "".join(sign for sign in compatible if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", visible.casefold())

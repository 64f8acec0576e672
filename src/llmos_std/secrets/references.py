"""References: what stands in a text in place of a secret. On the way to a replay: nothing here imports anything.

`{{secret:NAME}}` is a secret that is known by name, `{{secret:NAME~FORM}}` the same in another coding, and
`{{secret:KIND#DIGEST}}` one that was known only by its shape. `{{secret::…}}` means the text `{{secret:…}}` itself.
"""

from collections.abc import Iterator

OPEN, CLOSE = "{{secret:", "}}"
FORM, DIGEST = "~", "#"
LONGEST = 200
"""No reference has more characters between its ends."""

_LONGEST_NAME = 100

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_IN_NAMES = _LETTERS | frozenset("_-./@")
_IN_BODIES = _IN_NAMES | frozenset(":~#")


def reference(body: str) -> str:
    """Return the reference with this body."""
    return f"{OPEN}{body}{CLOSE}"


def name_for(text: str) -> str:
    """Return the name under which references speak of a place: the text, other characters than a name's as "_"."""
    return "".join(each if each in _IN_NAMES else "_" for each in text)[:_LONGEST_NAME] or "secret"


def parts(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the text in pieces, none of them empty: (True, body of a reference) or (False, text between)."""
    begin = at = 0
    while (at := text.find(OPEN, at)) >= 0:
        end = text.find(CLOSE, at, at + len(OPEN) + LONGEST + len(CLOSE))
        body = text[at + len(OPEN) : end] if end >= 0 else ""
        if not body or not _IN_BODIES.issuperset(body):
            at += len(OPEN)
            continue
        if begin < at:
            yield False, text[begin:at]
        yield True, body
        begin = at = end + len(CLOSE)
    if begin < len(text):
        yield False, text[begin:]

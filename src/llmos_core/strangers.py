"""What strangers' code says and raises, made fit to be shown: one printable line of bounded length, whatever it was.

Nothing here trusts its argument: an exception whose own text cannot be made is described by its type.
"""

import sys

LONGEST = 300
"""How many characters of a stranger's text are shown in one message."""


def printable(text: str, limit: int = LONGEST) -> str:
    """Return text on one line of at most `limit` characters; what a terminal would obey becomes `�`."""
    flat = " ".join("".join(c if c.isprintable() or c.isspace() else "�" for c in text[: 4 * limit]).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def described(error: BaseException, limit: int = LONGEST) -> str:
    """Return "Type: message" on one printable line; the message of an LlmosError stands alone."""
    from llmos_core.errors import LlmosError

    kind = type(error).__name__
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 – a stranger's exception may fail even at this
        message = "its message cannot be shown"
    if isinstance(error, LlmosError) and message:
        return printable(message, 4 * limit)
    return printable(f"{kind}: {message}" if message else kind, limit)


def is_interruption(error: BaseException) -> bool:
    """Say whether this is the user or the event loop asking to stop, which nobody may swallow."""
    asyncio = sys.modules.get("asyncio")
    return isinstance(error, KeyboardInterrupt) or (asyncio is not None and isinstance(error, asyncio.CancelledError))

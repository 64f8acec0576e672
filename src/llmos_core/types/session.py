"""One time of being open: what lies between session_start and session_end."""

from llmos_core.types.record import Record


class Session(Record):
    """A kernel's session. `source` says why it began ("startup"); `context` is told to the model with every goal."""

    id: str
    source: str = "startup"
    context: tuple[str, ...] = ()

"""An observer that remembers."""

from llmos_core.types.model import Event


class RecordingObserver:
    """Keeps every event it sees."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def see(self, event: Event) -> None:
        """Keep the event."""
        self.events.append(event)

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the events in order."""
        return tuple(event.kind for event in self.events)

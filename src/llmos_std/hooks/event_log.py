"""Write every event of every run as one JSON line, with structlog. Off unless `[log] file` names a file.

It is an observer: it has its own queue and thread, and can neither slow nor change a run.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.model import Event


class EventLog:
    """Appends lines to one file, private to the user, opened at the first event."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._logger: Any = None

    def see(self, event: Event) -> None:
        """Write the event's line at once."""
        if self._logger is None:
            self._logger = self._opened()
        self._logger.info(event.kind, run_id=event.run_id, at=event.at, data=event.data)

    def _opened(self) -> Any:
        import os

        import structlog

        from llmos_std.storage.files import make_private_folder

        make_private_folder(self._path.parent)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = open(handle, "a", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123, SIM115 – by handle
        return structlog.wrap_logger(
            structlog.WriteLogger(self._file),
            processors=[structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False)],
        )

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


@contextmanager
def open_event_log(context: PluginContext) -> Iterator[EventLog | None]:
    """Offer the log, None when no file is named. A relative file is meant from the workspace."""
    name: str = "" if context.config is None else context.config.file
    if not name:
        yield None
        return
    log = EventLog(context.paths.workspace / name)
    try:
        yield log
    finally:
        log.close()

"""Small stand-ins for tests: they hold everything in memory, never wait, and say what they were asked."""

from llmos_core.testing.fakes.clock import NOON, FixedClock, counting_ids
from llmos_core.testing.fakes.context import plain_keys, plugin_context
from llmos_core.testing.fakes.memory import MemoryDict
from llmos_core.testing.fakes.observer import RecordingObserver
from llmos_core.testing.fakes.provider import FakeProvider, Fault, FaultyProvider
from llmos_core.testing.fakes.run import FakeRun
from llmos_core.testing.fakes.workspace import MemoryWorkspace

__all__ = [
    "NOON",
    "FakeProvider",
    "FakeRun",
    "Fault",
    "FaultyProvider",
    "FixedClock",
    "MemoryDict",
    "MemoryWorkspace",
    "RecordingObserver",
    "counting_ids",
    "plain_keys",
    "plugin_context",
]

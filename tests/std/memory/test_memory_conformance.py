"""The Markdown memory obeys the laws that every memory backend is held to."""

from hypothesis import settings

from llmos_core.testing.fakes import plugin_context
from llmos_core.testing.suites import memory_suite
from llmos_std.memory.backend import open_memory

TestMarkdownMemory = memory_suite(lambda folder: open_memory(plugin_context(folder)), bounds=settings(max_examples=10))

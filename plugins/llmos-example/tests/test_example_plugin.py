"""Law: the plugin keeps every law of plugins, and its section every law of sections."""

from llmos_core.testing.suites import plugin_suite, section_suite
from llmos_example.config import FreshnessConfig

TestPlugin = plugin_suite("llmos_example.plugin")
TestFreshnessConfig = section_suite(FreshnessConfig)

"""Conformance suites, fakes and Hypothesis strategies for plugin authors (extra: testing)."""

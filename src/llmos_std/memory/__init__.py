"""Traces as Markdown, a derived index, and the journal of runs."""

"""Habits that stay fresh: a strategy, a tool, a command and a section for llmos."""

"""Scenarios that show the whole idea on real files."""

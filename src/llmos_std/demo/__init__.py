"""Scenarios that show the whole idea on real files. Their model answers were written beforehand, and they say so."""

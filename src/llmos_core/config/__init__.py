"""Sections, layers and strict structuring."""

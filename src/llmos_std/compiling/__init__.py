"""Traces as Python: emitted from what was recorded, never by a model, tested before it may run."""

"""Secrets: found and taken out before anything is kept, kept safe themselves, and put back only into a call."""

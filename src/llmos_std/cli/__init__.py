"""The llmos command."""

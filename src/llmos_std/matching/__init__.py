"""Finding what is known about a goal."""

"""Ways to choose a mode."""

"""The one loop and its sources of turns."""

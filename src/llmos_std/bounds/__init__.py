"""The bounds family: numbers that a tool may be given, how fast they may change, and where they may never lead."""

"""Small worlds in which whole runs can be watched: tools with a state, a call log, and a real kernel around them."""

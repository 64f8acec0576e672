"""The standard library of llmos: every feature, registered through the same entry points as a stranger's plugin."""

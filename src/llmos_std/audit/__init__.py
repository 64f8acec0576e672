"""The audit family: a chained record of every decision about an action, and what became of it."""

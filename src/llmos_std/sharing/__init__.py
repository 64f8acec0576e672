"""Traces that travel: bundles with a digest and a signature, keys, and what a stranger's trace would do."""

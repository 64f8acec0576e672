"""Proposals by meaning for llmos: what was learned in quite other words is found, and never followed for that alone."""

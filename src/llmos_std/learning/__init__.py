"""Learning from several recorded runs: what varied, what stayed, and which values may be bound without a model."""

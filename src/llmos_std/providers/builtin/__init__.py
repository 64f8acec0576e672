"""An embedded, deterministic planner for simple goals. Not a language model."""

"""What models and traces can do."""

"""Gates, transforms and observers of the standard library."""

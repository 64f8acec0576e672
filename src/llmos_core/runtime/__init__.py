"""Open and close the kernel, dispatch goals, guard calls."""

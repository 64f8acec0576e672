"""Confines programs to the workspace: bubblewrap, Landlock, or nothing and saying so."""

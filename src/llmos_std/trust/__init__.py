"""Trust on first use: whether the user has said yes to what a project brings along."""

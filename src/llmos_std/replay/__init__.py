"""What may be repeated without asking the model, and how."""

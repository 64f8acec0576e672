"""The provider `human`: a person at the terminal shows how a goal is reached."""

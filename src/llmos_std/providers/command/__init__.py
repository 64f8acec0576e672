"""The provider `command`: a program of the user's own that answers as a model does."""

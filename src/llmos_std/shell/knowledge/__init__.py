"""What is known about programs, as tables that people can read and correct."""

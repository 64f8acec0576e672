"""English task language: which words order the same thing. Written by hand; what is not in it is never changed.

Only the frame tier reads it, and only after every exact look-up has missed.
"""

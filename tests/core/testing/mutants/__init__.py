"""For each suite: objects that are right, and mutants, each with one fault that exactly one law must see.

Every module has `RIGHT` (ways to make right objects), `MUTANTS` (way to make a mutant → the law that rejects it) and
`suite(made, bounds)`, which returns the laws for one of them, each tried as hard as `bounds` says.
"""

"""Whole families of tasks in offices of many trades: tools over tables, goals in several wordings, exact right effects.

Nothing here knows the product. A seed is a whole log: world, tasks, agents with their mistakes, and confounders.
"""

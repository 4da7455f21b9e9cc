"""Scorers: for each task, `parts` (one per judged item) and `figures` over them.

The split lets the bootstrap resample parts without matching spans again.
"""

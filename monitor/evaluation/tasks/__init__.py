"""Adapters, one a task: gold words in, `monitor.claims` calls, scorer words out."""

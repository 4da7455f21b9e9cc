"""Claimwatch: alerts on claims, not on lines."""

__version__ = "0.1.0"

"""A day of fictional news: what is written, what is edited, and who is told."""

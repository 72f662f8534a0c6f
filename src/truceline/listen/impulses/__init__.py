"""Impulses: sudden sounds, what they are like, and how consistent each is with a discharge."""

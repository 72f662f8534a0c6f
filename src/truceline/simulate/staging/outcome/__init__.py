"""Outcome: the finished performances, and what truly happened in them."""

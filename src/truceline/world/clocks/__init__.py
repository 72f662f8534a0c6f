"""Clocks: how far one network's clock is ahead of another's, from what both saw."""

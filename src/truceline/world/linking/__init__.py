"""Linking: which tracks show one subject, at the same time and after gaps, with every answer's weight."""

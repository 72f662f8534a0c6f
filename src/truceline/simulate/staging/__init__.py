"""Staging: from what actors are told to do to where they were, how they stood, and what happened."""

"""Gait: the published joint curves, and where the feet stand."""

"""Measurements of what the project promises; see README.md here."""

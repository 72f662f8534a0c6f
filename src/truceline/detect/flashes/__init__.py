"""Flashes: what shines in one picture and neither before nor after it."""

"""Casting: what a ray meets first, what it passes through on its way, and what reaches a point of light."""

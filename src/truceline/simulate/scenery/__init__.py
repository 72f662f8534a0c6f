"""Scenery: the empty scene as the camera sees it: its ground, what stands on it, and how it looks."""

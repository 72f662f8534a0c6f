"""Plates: the empty scene of one camera, cast ray by ray from the world once and kept for all its frames."""

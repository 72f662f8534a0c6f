"""Scenarios played, filmed and heard, with exact truth: scenes, bodies, sensors, sound."""

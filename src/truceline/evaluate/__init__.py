"""Measuring against truth: passages of a line, tracks on the ground, depths. Never used by the analysis."""

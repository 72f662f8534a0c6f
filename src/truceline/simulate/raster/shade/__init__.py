"""Shade: what bodies take from the light of the ground and walls about them."""

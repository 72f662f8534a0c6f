"""Solids: cones, boxes and cylinders before the camera, what they cover and how their surfaces look."""

"""Drawings as SVG: the plane and what stands on it, the map, the timeline, one crossing."""

"""Drawn scenes with exact truth: motion, scene, plate, figures, composition."""

"""Vehicles of a calibrated camera: cuboids on the ground that explain a silhouette better than people do."""

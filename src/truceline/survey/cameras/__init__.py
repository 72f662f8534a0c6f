"""Cameras of a site: their calibrations with covariance, and what each sees of the line."""

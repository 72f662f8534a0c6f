"""A calibration from surveyed points."""

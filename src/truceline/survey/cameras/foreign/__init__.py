"""Calibrations that other programs wrote."""

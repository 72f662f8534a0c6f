"""Nuisances: what makes footage harder to read, laid over the light before the sensor, and odd frames."""

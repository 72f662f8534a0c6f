"""Sensors: from linear light or temperature to the grey levels that a camera delivers."""

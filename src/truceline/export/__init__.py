"""Exports: tracks and events in the forms that other programs read."""

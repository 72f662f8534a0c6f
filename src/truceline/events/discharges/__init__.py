"""Discharges: flashes seen beside somebody and what was heard, joined; never with a weapon's name."""

"""Truceline: footage from a ceasefire line in; findings both sides can check out."""

__version__ = "0.1.0"

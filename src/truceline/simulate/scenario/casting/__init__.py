"""Casting: the actors of a scenario, how they look, what they are told to do and what they wait for."""

"""How far what is simulated is from what is real."""

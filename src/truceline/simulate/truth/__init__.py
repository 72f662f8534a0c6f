"""Truth: what a simulation knows exactly, written so that others can read it; and what a survey declares."""

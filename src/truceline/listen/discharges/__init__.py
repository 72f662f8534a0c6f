"""Discharges: impulses that belong together, echoes told from them, how many, in what rhythm."""

"""Footage: who films what in one go, frame by frame, with its sound, in one process or in several."""

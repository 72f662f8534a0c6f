"""The still scene behind everything that moves: learnt, kept, and found again when the camera shakes."""

"""Sound tracks: samples with their times, what the coding keeps of them, and where there are none."""

"""Motion: how bodies and vehicles move over the ground, as clips."""

"""What happened, told from tracks: crossings of the line as probabilities with depth, time and return."""

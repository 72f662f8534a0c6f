"""Sound: what a microphone hears of a play, from sources through the air to samples, and when it arrives."""

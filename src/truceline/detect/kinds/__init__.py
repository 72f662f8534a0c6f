"""What kind of thing a track is; ``unknown`` is an answer."""

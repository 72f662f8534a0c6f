"""From detections to tracks on the ground: prediction, association, smoothing."""

"""The cast: figures from their joints to the pictures that are laid over the scenery, frame by frame."""

"""The trackers that people use today, with their defaults, on the detections that ours had."""

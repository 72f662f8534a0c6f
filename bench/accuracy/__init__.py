"""The trackers that people use today, with their defaults, on the detections that ours had."""

from bench.accuracy.runners import missing_peers, peers

__all__ = ["missing_peers", "peers"]

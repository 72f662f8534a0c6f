"""Footage in and pictures out: files through PyAV, presentation time stamps to UTC with a bound, gaps."""

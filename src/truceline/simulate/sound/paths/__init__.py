"""Paths: how sound travels from where it is made to a microphone, and what the way does to it."""

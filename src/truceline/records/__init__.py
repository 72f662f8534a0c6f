"""The vocabulary: frozen facts without behaviour beyond their own invariants."""

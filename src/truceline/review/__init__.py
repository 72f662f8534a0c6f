"""Review: two people, each with a key of their own, make a finding; the machine makes none."""

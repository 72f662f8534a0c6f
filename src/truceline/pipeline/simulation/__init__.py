"""The journey of a simulation: a scenario is played, filmed, recorded and written with its truth."""

"""What a recorder prints into its pictures: the clock, the camera's name, and that they are simulated."""

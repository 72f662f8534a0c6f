"""The scene: a world as tables of numbers that compiled loops can read."""

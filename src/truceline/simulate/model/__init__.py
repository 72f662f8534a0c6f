"""The model: what the simulator's rooms hand to each other, as frozen facts without drawing or physics."""

"""The journeys, one module each: the only room that knows all stages."""

"""Sources: what shots, blows, engines, voices and weather sound like at one metre."""

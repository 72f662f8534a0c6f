"""Bodies: what an actor's performance looks like at an instant, as capsules, boxes and cylinders in the site."""

"""Bodies: how a performance looks at an instant, as capsules, boxes and cylinders in the site."""

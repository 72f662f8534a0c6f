"""People: poses, and the skeleton and body that are fitted to them."""

"""Release: masked pictures and the contents of a pack."""

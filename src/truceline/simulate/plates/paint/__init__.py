"""Paint: what colour or temperature a surface has at a place, seen so large."""

"""Many cameras as one, measured on plays with exact truth."""

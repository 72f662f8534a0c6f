"""The raster: bodies drawn into a camera's empty scene, with what hides them and what they shade."""

"""The journey of an evaluation: what a station found against what people annotated."""

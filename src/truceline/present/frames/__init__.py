"""Pictures with marks: what was found, drawn on frames of the footage; the caption stands below, never on."""

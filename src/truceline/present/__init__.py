"""What a person sees: pages that read without a network or a script, maps, timelines, annotated pictures."""

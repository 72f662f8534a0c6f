"""Listen: impulses in sound, which of them are consistent with a discharge, how many, and from where."""

"""From footage to tracks and crossings of one camera, in files mode and in causal mode."""

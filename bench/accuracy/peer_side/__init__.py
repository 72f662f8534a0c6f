"""What runs in the environments of others. Knows nothing of Truceline, and Truceline nothing of it."""

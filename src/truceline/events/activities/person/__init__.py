"""What one person did: ran, lay, crawled, fell; and how many stood together."""

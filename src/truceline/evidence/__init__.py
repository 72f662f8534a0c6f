"""Evidence: canonical records, signatures, packs, and their verification. The base install is enough."""

"""What vehicles did: speeding, gates passed with and without a stop, standing, stuck, people in and out."""

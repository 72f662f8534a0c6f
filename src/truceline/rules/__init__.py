"""Rules: agreements as data, and the judging of events under them."""

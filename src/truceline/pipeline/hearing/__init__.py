"""Hearing: sound tracks in; impulses, discharges and, with several microphones, places out."""

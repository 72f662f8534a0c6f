"""Places: several microphones, one discharge, and where it may have been."""

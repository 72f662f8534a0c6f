"""Tables: strict reading of files that people write, with the line of every error."""

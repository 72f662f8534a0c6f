"""What a station remembers: runs, each a folder that appears whole or not at all."""

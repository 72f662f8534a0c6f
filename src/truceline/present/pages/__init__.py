"""Pages as documents: of a scan, of a look and of a release, everything escaped, nothing loaded."""

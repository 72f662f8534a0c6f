"""Survey: the site that everything is measured against, and the notes beside footage."""

"""How well activities are recognised: against the exact truth of plays, without rendering."""

"""The model that tells impulses apart: the scenes it is fitted on, the command that fits it."""

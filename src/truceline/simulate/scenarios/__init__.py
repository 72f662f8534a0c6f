"""The scenarios that come with Truceline, as TOML texts. Format: docs/reference/scenario.md."""

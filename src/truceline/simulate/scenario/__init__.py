"""The scenario language: from a TOML text and a seed to a script that can be played."""

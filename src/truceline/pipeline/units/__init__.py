"""The units of time on which a scan is defined: cut, watched by themselves, kept, put together."""

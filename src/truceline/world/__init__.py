"""Many cameras, one world: clocks compared, tracks put together into subjects, identity with its doubt."""

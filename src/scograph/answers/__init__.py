"""Facts of a thing with the passages that support them, as data for commands and pages, and as text for a terminal."""

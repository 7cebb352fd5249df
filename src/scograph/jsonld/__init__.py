"""JSON-LD as it is written: which statements its text makes, where they stand, and what of it becomes no statement."""

"""Turtle as it is written: its tokens, and a reader that knows where every term stands."""

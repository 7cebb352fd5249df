"""Answers for people: what is known of a thing, and why."""

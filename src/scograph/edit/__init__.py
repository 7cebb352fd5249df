"""Edits of a project's files: Turtle changed in place, documents with editions and passages, several files at once."""

"""A document's newer text: the plan of an update, what is decided in it, and its application to a project's files."""

"""A reader of Turtle for positions and formatting: where each term and comment stands (quads come from `parse`)."""

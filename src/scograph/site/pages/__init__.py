"""The kinds of page, each a module with one function: what is published in, documents out."""

"""Where SPARQL runs."""

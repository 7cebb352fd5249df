"""A built folder and its graph over HTTP: the same documents by negotiation, a SPARQL endpoint, limits that hold."""

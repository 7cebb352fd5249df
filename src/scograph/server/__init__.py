"""The HTTP server: documents of a built folder by content negotiation, a SPARQL endpoint, limits on each request."""

"""Differences of two datasets by canonical form: as text, as an RDF Patch, and as a SPARQL Update."""

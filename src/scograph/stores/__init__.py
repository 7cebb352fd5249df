"""Triple stores: Oxigraph in memory and on disk, and remote stores over HTTP (SPARQL 1.1)."""

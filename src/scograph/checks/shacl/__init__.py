"""SHACL, compiled from the shapes graph and evaluated a set of nodes at a time (SHACL Core and SHACL-SPARQL)."""

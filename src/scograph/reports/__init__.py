"""Reports of a check: for people, for programs, for code hosts, and in SHACL's own terms."""

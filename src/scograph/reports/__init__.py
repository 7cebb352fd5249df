"""Reports of a check: text, SARIF, annotations of GitHub workflows, and SHACL validation reports."""

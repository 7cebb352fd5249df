"""Pictures, drawn as SVG when the site is built: readable without script, each with a text that says the same."""

"""The pages of the site, a module for each kind: from the site index to HTML documents."""

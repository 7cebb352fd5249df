"""The pages of the desk, a module for each part; each function answers one route."""

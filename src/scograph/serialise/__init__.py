"""Serialisers: quads in, bytes out in pieces, in bounded memory but for what a format forces them to hold."""

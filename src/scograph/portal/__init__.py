"""Portals: several projects checked, joined and compared; a thing that two of them name by one IRI is one thing."""

from scograph.portal.projects import BrokenProject, Portal, PortalProfile, load_portal, open_portal, portal_of

__all__ = ["BrokenProject", "Portal", "PortalProfile", "load_portal", "open_portal", "portal_of"]

"""A standing attack: signals, failing calls, cuts of power, broken files, hostile servers, projects and clients."""

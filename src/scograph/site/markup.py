"""HTML put together from pieces: what is not markup already is escaped."""

from __future__ import annotations

from markupsafe import Markup, escape


def html(template: str, *values: object) -> Markup:
    """Fill a template.

    Args:
        template: HTML with `{}`, or `{0}`, for each value. It is written in the code, never data.
        values: Markup, which stays as it is, or text, which is escaped.

    Returns:
        The HTML. (`Markup.format` does the same by way of `string.Formatter`, at five times the cost.)
    """
    return Markup(template.format(*(v if type(v) is Markup else escape(v) for v in values)))  # noqa: S704 -- escaped here

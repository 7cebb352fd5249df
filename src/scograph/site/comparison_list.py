"""The list of a portal's comparisons: the pages that compare, and the table of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from scograph.portal import Portal
from scograph.portal.comparison import Comparing
from scograph.portal.table import Column, Comparison, Facet, Row
from scograph.site.paths import digest_name

MAX_DAYS = 24
"""So many days have a picture of their own: the latest."""
MAX_OF_A_FACET = 60
"""So many topics, kinds, regions and years have a page of their own: those with the most facts, or the latest years."""
COMPARE = "compare"
PROPERTIES = f"{COMPARE}/properties"


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """A page that compares.

    Args:
        stem: Its path, without extension.
        is_every: Whether its rows are all properties, not the headings.
        facet: What its facts are chosen by; None for all.
        day: The day of its picture; nothing for now.
    """

    stem: str
    is_every: bool = False
    facet: Facet | None = None
    day: str = ""


class PortalComparisons:
    """The comparisons of a portal.

    Args:
        portal: The portal.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.comparing = Comparing(portal.graph)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The organisations, with their newest editions."""
        return self.portal.columns(self.comparing)

    @cached_property
    def headings(self) -> tuple[Row, ...]:
        """The rows that the portal's settings list, or those that its profiles give."""
        given = tuple(self.comparing.row(heading) for heading in self.portal.settings.headings)
        return given or self.comparing.headings(self.columns)

    @cached_property
    def properties(self) -> tuple[Row, ...]:
        """A row for every property."""
        return self.comparing.properties(self.columns)

    def table(self, page: ComparisonPage) -> Comparison:
        """The table of a page."""
        columns = self.portal.columns(self.comparing, page.day) if page.day else self.columns
        rows = self.properties if page.is_every else self.headings
        return self.comparing.compare(columns, rows, page.day, page.facet)

    @cached_property
    def pages(self) -> tuple[ComparisonPage, ...]:
        """All pages: headings, properties, days, and what facts can be chosen by."""
        if not self.columns:
            return ()
        first = ComparisonPage(COMPARE)
        found = [first, ComparisonPage(PROPERTIES, is_every=True)]
        for kind, values in self.comparing.all_facets(self.table(first)).items():
            chosen = values[-MAX_OF_A_FACET:] if kind == "year" else values[:MAX_OF_A_FACET]
            found += (ComparisonPage(f"{COMPARE}/{kind}-{_slug(one)}", facet=Facet(kind, one)) for one in chosen)
        days = self.comparing.days(self.columns)[-MAX_DAYS:]
        found += (ComparisonPage(f"{COMPARE}/on-{day}", day=day) for day in days)
        return tuple(found)


def _slug(term: object) -> str:
    return digest_name(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))

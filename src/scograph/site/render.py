"""Templates to bytes: the one module, with `own_templates`, that knows the template engine."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, TemplateError
from jinja2.exceptions import TemplateSyntaxError
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.errors import InputError
from scograph.exports.citation import spdx
from scograph.formats import Format
from scograph.model import Document, Term
from scograph.site.markup import html, joined
from scograph.site.own_templates import OwnLoader, OwnTemplates
from scograph.site.published import Published
from scograph.site.view import LINKED_SCHEMES, Here, View
from scograph.site.words import read_words

HTML = "text/html; charset=utf-8"
FEED = "feed.atom"
FEED_TYPE = "application/atom+xml"
"""Where the feed of changes lies, and its media type (RFC 4287, clause 7)."""
NAVIGATION = (
    *(("classes", "classes"), ("sources", "sources"), ("questions", "questions"), ("timeline", "timeline")),
    *(("map", "map"), ("structure", "structure"), ("parties", "parties"), ("ontology", "ontology")),
    *(("downloads", "downloads"), ("changes", "changes"), ("about", "about"), ("search", "search")),
)
"""The pages that every page leads to: path, and key of the word."""
_VERSION = NamedNode(terms.OWL + "versionInfo")
_LICENCE = NamedNode(terms.DCTERMS + "license")


@dataclass(frozen=True, slots=True)
class TwinLink:
    """A twin as a page links it.

    Args:
        name: What readers call it.
        extension: Its file extension.
        media_type: Its media type.
        address: Where it is, from the page.
    """

    name: str
    extension: str
    media_type: str
    address: str


class Renderer:
    """Renders pages, for one site.

    Args:
        published: What is published.
    """

    def __init__(self, published: Published) -> None:
        self.published = published
        words = [read_words(language) for language in published.languages]
        self.views = tuple(View(published, w, is_default=number == 0) for number, w in enumerate(words))
        without = {"ontology" if not published.terms else "", "changes" if not published.history else ""}
        self.navigation = tuple(row for row in NAVIGATION if row[0] not in without)
        self.share = slice(None)
        self._navigations: dict[tuple[str, str, str], Markup] = {}
        project = published.graph.project
        own = project.template_folder
        loaders = [OwnLoader(project)] if own else []
        self._own = own or project.root
        self._environment = (OwnTemplates if own else Environment)(  # the sandbox costs time that most need not spend
            loader=ChoiceLoader([*loaders, PackageLoader("scograph.site")]),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            keep_trailing_newline=True,
        )

    def shared(self, worker: int, workers: int) -> Renderer:
        """The same site for one of several workers, which makes every so manyth page of the things."""
        other = copy.copy(self)
        other.share = slice(worker, None, workers)
        return other

    def page(self, template: str, here: Here, title: str, **values: Any) -> Document:  # noqa: ANN401 -- what templates show
        """Render a page.

        Args:
            template: The template's name, without extension.
            here: The page.
            title: Its title.
            values: What its template shows.

        Returns:
            The page.

        Raises:
            InputError: A template does not parse, or asks for what there is not.
        """
        shared = self._shared(here)
        context: dict[str, Any] = {**shared, "here": here, "w": here.words, "title": title, **values}
        try:
            text = self._environment.get_template(f"{template}.html").render(context)
        except TemplateSyntaxError as error:
            raise InputError(
                f"{self._place(error.filename or error.name or template)}:{error.lineno}: {error.message}",
                hint="mend the template; without it the one that comes with the tool is used",
            ) from error
        except TemplateError as error:
            raise InputError(
                f"{self._place(f'{template}.html')}: {error.message}",
                hint="the templates that come with the tool show what there is",
            ) from error
        return Document(here.view.folder + here.path, HTML, (text.encode(),))

    def _place(self, name: str) -> str:
        path = Path(name)
        return self.published.graph.project.relative(path if path.is_absolute() else self._own / name)

    def _shared(self, here: Here) -> dict[str, Any]:
        view = here.view
        return {
            **self._constant[view.language],
            "navigation": self._navigation_of(here),
            "alternates": () if here.is_anywhere else self._alternates(here),
            "feed": here.root + FEED if self.published.feed else "",
            "summary": "",
            "twins": (),
            "types": (),
            "cite_as": "",
            "jsonld": "",
        }

    @cached_property
    def _constant(self) -> Mapping[str, Mapping[str, Any]]:
        """What is the same on every page of a language."""
        names = {view.language: view.words("language") for view in self.views}
        licence = self.dataset_value(_LICENCE)
        address = licence.value if isinstance(licence, NamedNode) and licence.value.startswith(LINKED_SCHEMES) else ""
        version = self.dataset_value(_VERSION)
        return {
            view.language: {
                "language_names": names,
                "site_title": self.title(view),
                "site_title_html": self.title_html(view),
                "licence": address,
                "licence_name": spdx(address) or address,
                "version": version.value if isinstance(version, Literal) else "",
            }
            for view in self.views
        }

    def _navigation_of(self, here: Here) -> Markup:
        """The links to the pages that every page leads to, made once for each depth of folders."""
        key = (here.view.language, here.home, here.path if here.path.count("/") == 0 else "")
        if key not in self._navigations:
            items = [
                html(
                    '<li><a href="{}{}.html"{}>{}</a></li>\n',
                    here.home,
                    page,
                    Markup(' aria-current="page"') if here.path == f"{page}.html" else Markup(""),
                    here.words(word),
                )
                for page, word in self.navigation
            ]
            self._navigations[key] = joined(items)
        return self._navigations[key]

    def dataset_value(self, predicate: NamedNode) -> Term | None:
        """The first value of a property of the dataset, or None."""
        dataset = self.published.dataset
        return self.published.first(dataset, predicate) if dataset else None

    def title(self, view: View) -> str:
        """What the site is called."""
        dataset = self.published.dataset
        return view.name(dataset) if dataset else self.published.graph.project.settings.name

    def title_html(self, view: View) -> Markup:
        """What the site is called, with its language."""
        dataset = self.published.dataset
        return view.name_html(dataset) if dataset else html("{}", self.title(view))

    def _alternates(self, here: Here) -> Iterable[tuple[str, str]]:
        if len(self.views) == 1:
            return ()
        trees = [(view.language, here.root + view.folder + here.path) for view in self.views]
        return (*trees, ("x-default", trees[0][1]))

    def twin_links(self, here: Here, stem: str, twins: Iterable[Format]) -> tuple[TwinLink, ...]:
        """The twins of a page as it links them."""
        return tuple(TwinLink(t.title, t.extension, t.media_type, f"{here.root}{stem}.{t.extension}") for t in twins)

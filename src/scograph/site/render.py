"""Rendering of pages from Jinja templates; with `own_templates` the only module that uses Jinja."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, TemplateError
from jinja2.exceptions import TemplateSyntaxError
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.bounded import NEVER
from scograph.checks.statements_behind import Behind, statements_behind
from scograph.errors import InputError
from scograph.exports.citation import spdx
from scograph.exports.schema_org import schema_org
from scograph.formats import Format
from scograph.model import Document, Term
from scograph.site.answers import ShownAnswer, shown_answers
from scograph.site.evidence import PageEvidence
from scograph.site.index import SiteIndex
from scograph.site.markup import html, in_script, joined
from scograph.site.own_assets import FOLDER
from scograph.site.own_templates import OwnLoader, OwnTemplates
from scograph.site.paths import OWN_PAGES
from scograph.site.static_files import published_path, static_paths
from scograph.site.view import LINKED_SCHEMES, PageContext, View
from scograph.site.words import read_words
from scograph.stores.embedded import EmbeddedStore

T = TypeVar("T")

HTML = "text/html; charset=utf-8"
FEED = "feed.atom"
FEED_TYPE = "application/atom+xml"
"""Where the feed of changes lies, and its media type (RFC 4287, clause 7)."""
OPENSEARCH = "opensearch.xml"
"""The description of the search for browsers (OpenSearch 1.1), in the tree of each language."""
_ISSUED = NamedNode(terms.DCTERMS + "issued")
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


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the pages that one of several workers makes.

    Args:
        worker: Its number, from 0.
        workers: How many there are.
    """

    worker: int = 0
    workers: int = 1

    def of(self, items: Sequence[T]) -> Sequence[T]:
        """Every n-th of some items, for n workers."""
        return items[self.worker :: self.workers]


class Renderer:
    """Renders pages, for one site.

    Args:
        index: What is published, by address.
    """

    def __init__(self, index: SiteIndex) -> None:
        self.index = index
        words = [read_words(language) for language in index.languages]
        self.views = tuple(View(index, w, is_default=number == 0) for number, w in enumerate(words))
        shown = [page for page in OWN_PAGES if page.is_in_navigation and page.stem not in index.empty_pages]
        self.navigation = tuple(shown)
        self.assets = tuple(static_paths(has_query="query" not in index.empty_pages))
        self._navigations: dict[tuple[str, str, str], Markup] = {}
        project = index.graph.project
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

    def host_file(self, template: str, **values: Any) -> bytes:  # noqa: ANN401 -- what templates show
        """Render a file for web servers; a project has no templates of its own for these.

        Args:
            template: The template's name in `host_templates`.
            values: What it shows.

        Returns:
            UTF-8.
        """
        environment = Environment(  # noqa: S701 -- these are no HTML
            loader=PackageLoader("scograph.site", "host_templates"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        return environment.get_template(template).render(values).encode()

    def page(self, template: str, context: PageContext, title: str, **values: Any) -> Document:  # noqa: ANN401 -- what templates show
        """Render a page.

        Args:
            template: The template's name, without extension.
            context: The page.
            title: Its title.
            values: What its template shows.

        Returns:
            The page.

        Raises:
            InputError: A template does not parse, or asks for what there is not.
        """
        shared = self._shared(context)
        values_shown: dict[str, Any] = {**shared, "here": context, "w": context.words, "title": title, **values}
        values_shown["evidence"] = PageEvidence(context)
        try:
            text = self._environment.get_template(f"{template}.html").render(values_shown)
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
        return Document(context.view.folder + context.path, HTML, (text.encode(),))

    def _place(self, name: str) -> str:
        path = Path(name)
        return self.index.graph.project.relative(path if path.is_absolute() else self._own / name)

    def _shared(self, context: PageContext) -> dict[str, Any]:
        view = context.view
        alternates = () if context.is_anywhere else tuple(self._alternates(context))
        return {
            **self._constant[view.language],
            "navigation": self._navigation_of(context),
            "address": self._address(view.folder + context.path) if not context.is_anywhere else "",
            "alternates": [(language, context.root + path) for language, path in alternates],
            "translations": [(language, self._address(path) or context.root + path) for language, path in alternates],
            "feed": context.root + FEED if self.index.content.feed else "",
            "summary": "",
            "twins": (),
            "types": (),
            "cite_as": "",
            "jsonld": "",
            "schema_org": "",
        }

    @cached_property
    def _constant(self) -> Mapping[str, Mapping[str, Any]]:
        """What is the same on every page of a language."""
        names = {view.language: view.words("language") for view in self.views}
        licence = self.dataset_value(_LICENCE)
        address = licence.value if isinstance(licence, NamedNode) and licence.value.startswith(LINKED_SCHEMES) else ""
        version = self.dataset_value(_VERSION)
        settings = self.index.graph.project.settings.site
        own = {"style": settings.style, "icon": settings.icon, "logo": settings.logo}
        card = self._address(f"{FOLDER}/{settings.card}") if settings.card else ""
        issued = self.dataset_value(_ISSUED)
        return {
            view.language: {
                "asset": published_path,
                "language_names": names,
                "site_title": self.title(view),
                "site_title_html": self.title_html(view),
                "licence": address,
                "licence_name": spdx(address) or address,
                "opensearch": OPENSEARCH if self.index.publication.base else "",
                "own": {"card": card} | {key: f"{FOLDER}/{quote(name)}" if name else "" for key, name in own.items()},
                "issued": view.words.date(issued.value) if isinstance(issued, Literal) else "",
                "report": settings.report,
                "version": version.value if isinstance(version, Literal) else "",
            }
            for view in self.views
        }

    @cached_property
    def answers(self) -> list[ShownAnswer]:
        """The questions of the project with their answers."""
        return [] if "questions" in self.index.empty_pages else shown_answers(self.index)

    @cached_property
    def behind(self) -> Mapping[str, Behind]:
        """The statements behind the answers that have marks, by the name of the question."""
        graph = self.index.graph
        questions = [answer.question for answer in self.answers if answer.has_marks]
        store = EmbeddedStore(graph.quads())
        found = statements_behind(questions, store, graph.prefixes, NEVER)
        return {question.name: behind for question, behind in zip(questions, found, strict=True)}

    @cached_property
    def schema_org(self) -> Markup:
        """The description of the dataset for search engines, for a script element."""
        return in_script(schema_org(self.index.publication))

    def _navigation_of(self, context: PageContext) -> Markup:
        """The links to the pages that every page leads to, made once for each depth of folders."""
        key = (context.view.language, context.home, context.path if context.path.count("/") == 0 else "")
        if key not in self._navigations:
            items = [
                html(
                    '<li><a href="{}{}.html"{}>{}</a></li>\n',
                    context.home,
                    page.stem,
                    Markup(' aria-current="page"') if context.path == f"{page.stem}.html" else Markup(""),
                    context.words(page.stem),
                )
                for page in self.navigation
            ]
            self._navigations[key] = joined(items)
        return self._navigations[key]

    def dataset_value(self, predicate: NamedNode) -> Term | None:
        """The first value of a property of the dataset, or None."""
        dataset = self.index.dataset
        return self.index.first(dataset, predicate) if dataset else None

    def title(self, view: View) -> str:
        """What the site is called."""
        dataset = self.index.dataset
        if dataset:
            return view.name(dataset)
        stated = view.labels.best(self.index.graph.header.texts("dcterms:title")) if self.index.content.portal else None
        return stated.value if stated is not None else self.index.graph.project.settings.name

    def title_html(self, view: View) -> Markup:
        """What the site is called, with its language."""
        dataset = self.index.dataset
        return view.name_html(dataset) if dataset else html("{}", self.title(view))

    def _address(self, path: str) -> str:
        """The absolute address of a file; nothing where it is not known where the site lies."""
        base = self.index.publication.base
        return base + quote(path) if base else ""

    def _alternates(self, context: PageContext) -> Iterable[tuple[str, str]]:
        """The page in each language, as paths from the root of the site."""
        if len(self.views) == 1:
            return ()
        trees = [(view.language, view.folder + context.path) for view in self.views]
        return (*trees, ("x-default", trees[0][1]))

    def twin_links(self, context: PageContext, stem: str, twins: Iterable[Format]) -> tuple[TwinLink, ...]:
        """The twins of a page as it links them."""
        return tuple(TwinLink(t.title, t.extension, t.media_type, f"{context.root}{stem}.{t.extension}") for t in twins)

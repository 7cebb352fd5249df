"""Changes rendered as text, Markdown, HTML and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode

from scograph.answers.reasons import Support
from scograph.differences.changes import ChangedEntity, Changes, Fact
from scograph.differences.patches import rdf_patch, sparql_update
from scograph.json_text import json_document
from scograph.messages import visible

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "ins,del{text-decoration:none}ins::before{content:'+ '}del::before{content:'− '}"
    "li{list-style:none}ul{padding-left:1rem}small{display:block;padding-left:1rem}code{font-size:.85em}"
)


def text(changes: Changes) -> Iterator[bytes]:
    """Changes for a terminal: `+` added, `-` removed, `~` other sources."""
    for entity in changes.entities:
        yield f"{_heading(entity)}\n".encode()
        for mark, fact in _marked_facts(entity):
            yield f"  {mark} {_fact_line(fact)}\n".encode()
            for sign, source in _marked_sources(fact):
                yield f"      {sign}{source_words(source)}\n".encode()
    for line in _document_lines(changes):
        yield f"{line}\n".encode()
    yield f"{changes.summary}\n".encode()


def markdown(changes: Changes) -> Iterator[bytes]:
    """Changes as Markdown, a heading for each thing, and one line for a fact that has another value."""
    yield f"{_escaped_markdown(changes.summary[:1].upper() + changes.summary[1:])}.\n".encode()
    for line in _document_lines(changes):
        yield f"\n- {_escaped_markdown(line)}\n".encode()
    for entity in changes.entities:
        yield f"\n### {_escaped_markdown(_on_one_line(entity.label) or entity.curie)}\n\n<{_iri(entity)}>\n\n".encode()
        replaced = entity.replaced
        for old, new in replaced:
            sources = "".join(f"; {_markdown_source(source)}" for source in new.sources)
            line = _escaped_markdown(f"{_fact_line(old)} → {_on_one_line(new.value)}")
            yield f"- **changed**: {line}{sources}\n".encode()
        told = {id(fact) for pair in replaced for fact in pair}
        for mark, fact in _marked_facts(entity):
            if id(fact) in told:
                continue
            word = {"+": "added", "-": "removed", "~": "other sources"}[mark]
            yield f"- **{word}**: {_escaped_markdown(_fact_line(fact))}\n".encode()
            for sign, source in _marked_sources(fact):
                yield f"  - {sign}{_markdown_source(source)}\n".encode()


def _markdown_source(source: Support) -> str:
    link = f" [open]({source.link})" if source.link.startswith(("http://", "https://")) else ""
    return f"{_escaped_markdown(source_words(source))}{link}"


def html(changes: Changes) -> Iterator[bytes]:
    """Changes as one HTML page that needs nothing else."""
    title = visible(f"{changes.before} → {changes.after}")  # names of files
    yield (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{_STYLE}</style>\n'
        f"<h1>{escape(title)}</h1>\n<p>{escape(changes.summary)}</p>\n"
    ).encode()
    for line in _document_lines(changes):
        yield f"<p>{escape(line)}</p>\n".encode()
    for entity in changes.entities:
        heading = f"{escape(entity.label or entity.curie)} <code>{escape(entity.curie)}</code>"
        yield f"<section>\n<h2>{heading}</h2>\n<ul>\n".encode()
        for mark, fact in _marked_facts(entity):
            tag = {"+": "ins", "-": "del", "~": "span"}[mark]
            sources = "".join(
                f"<small>{escape(sign)}{_source_link(source)}</small>" for sign, source in _marked_sources(fact)
            )
            yield f"<li><{tag}>{escape(_fact_line(fact))}</{tag}>{sources}</li>\n".encode()
        yield b"</ul>\n</section>\n"
    yield b"</html>\n"


def json_lines(changes: Changes) -> Iterator[bytes]:
    """Changes as one JSON object."""
    yield json_document(changes_json(changes))


def changes_json(changes: Changes) -> dict[str, Any]:
    """Changes as JSON values: both sides with their canonical digests, counts, and the things with their facts."""
    return {
        "from": {"name": changes.before, "canonicalSha256": changes.difference.before},
        "to": {"name": changes.after, "canonicalSha256": changes.difference.after},
        "counts": changes.counts,
        "summary": changes.summary,
        **({"documents": _documents_json(changes)} if changes.documents else {}),
        "entities": [
            {
                "iri": _iri(entity),
                "label": entity.label,
                "added": [_fact_json(fact) for fact in entity.added],
                "removed": [_fact_json(fact) for fact in entity.removed],
                "resourced": [_fact_json(fact) for fact in entity.resourced],
            }
            for entity in changes.entities
        ],
    }


def _document_lines(changes: Changes) -> Iterator[str]:
    """A line for each document that is described otherwise."""
    return (_on_one_line(f"{change.label}: {change.words}") for change in changes.documents)


def _documents_json(changes: Changes) -> list[dict[str, str]]:
    return [
        {"iri": change.node.value, "label": change.label, "words": change.words}
        for change in changes.documents
        if isinstance(change.node, NamedNode)
    ]


def source_words(source: Support) -> str:
    """A passage in words: the basis, the document, where in it."""
    described = f"{source.basis}: {source.document or source.passage}" + (
        f", {source.locator}" if source.locator else ""
    )
    if source.is_gone:
        described += ", no longer in the source"
    return _on_one_line(described)


RENDERERS: dict[str, Callable[[Changes], Iterator[bytes]]] = {
    "text": text,
    "md": markdown,
    "html": html,
    "json": json_lines,
    "rdf-patch": lambda changes: rdf_patch(changes.difference),
    "sparql": lambda changes: sparql_update(changes.difference),
}
"""The formats of `scograph diff`, by the name that `-f` calls them."""
TEXT_FORMATS = ("text", "md", "html")
"""Formats for people, in a terminal, a log or a browser."""


def _fact_json(fact: Fact) -> dict[str, Any]:
    graph = fact.quad.graph_name
    properties: dict[str, Any] = {
        "subject": str(fact.quad.subject),
        "predicate": str(fact.quad.predicate),
        "object": str(fact.quad.object),
        "graph": "" if isinstance(graph, DefaultGraph) else str(graph),
        "words": fact.words,
    }
    for name in ("sources", "gained", "lost"):
        properties[name] = [
            {field: getattr(source, field) for field in ("claim", "passage", "basis", "document", "locator", "link")}
            for source in getattr(fact, name)
        ]
    return {key: value for key, value in properties.items() if value not in ("", [])}


def _marked_facts(entity: ChangedEntity) -> Iterator[tuple[str, Fact]]:
    for mark, facts in (("-", entity.removed), ("+", entity.added), ("~", entity.resourced)):
        for fact in facts:
            yield mark, fact


def _marked_sources(fact: Fact) -> Iterator[tuple[str, Support]]:
    yield from (("", source) for source in fact.sources)
    yield from (("no longer ", source) for source in fact.lost)
    yield from (("now ", source) for source in fact.gained)


def _fact_line(fact: Fact) -> str:
    words = _on_one_line(fact.words)
    return f"{words} (in {fact.graph})" if fact.graph else words


def _on_one_line(words: str) -> str:
    return " ".join(words.split()) or words


def _heading(entity: ChangedEntity) -> str:
    return f"{_on_one_line(entity.label)}  {entity.curie}" if entity.label else entity.curie


def _iri(entity: ChangedEntity) -> str:
    return entity.node.value if isinstance(entity.node, NamedNode) else str(entity.node)


def _escaped_markdown(plain: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_[]<>#|" else character for character in plain)


def _source_link(source: Support) -> str:
    words = escape(source_words(source))
    safe = source.link.startswith(("http://", "https://"))
    return f'<a href="{escape(source.link)}">{words}</a>' if safe else words

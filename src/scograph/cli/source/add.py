"""The command that adds a source: its text to the archive, and its passages to a new source.ttl."""

from __future__ import annotations

from urllib.parse import urldefrag

import click

from scograph.cli.frame import examples, handled, say
from scograph.cli.options import InputPath
from scograph.cli.source.editing import DRY_RUN, PROJECT_TO_CHANGE, project_to_change, write_edit
from scograph.edit.adding import (
    ACCESSES,
    DEFAULT_EXTENT,
    DEFAULT_KIND,
    EXTENTS,
    KINDS,
    Described,
    NewSource,
    new_source,
)
from scograph.edit.changes import editing
from scograph.edit.keeping import archive_text
from scograph.messages import counted, shell_word
from scograph.updates.texts import read_text
from scograph.writing import removed_on_error


@click.command(
    name="add",
    epilog=examples(
        "scograph source add agreement.txt --title 'An agreement' --language en",
        "scograph source add agreement.txt --name draft --published 2026-11 --extent beginning --dry-run",
    ),
)
@click.argument("page", metavar="FILE|URL|-", type=InputPath())
@click.option(
    "--name",
    default="",
    help="The folder in data/  [default: the name of the file or end of the address; of a page.html, its title].",
)
@click.option("--title", default="", help="Its title as it is printed  [default: the page's].")
@click.option("--url", default="", help="Its address  [default: the one that was fetched].")
@click.option("--archived", default="", metavar="URL", help="The address of an archived copy.")
@click.option("--kind", type=click.Choice(KINDS), default=DEFAULT_KIND, show_default=True, help="The kind of source.")
@click.option("--language", default="", metavar="TAG", help="The document's language  [default: as the page states].")
@click.option("--published", default="", metavar="DATE", help="The day, month or year that it prints: 2026-11, say.")
@click.option("--updated", default="", metavar="DATE", help="When this edition was last updated, as it prints.")
@click.option(
    "--extent", type=click.Choice(EXTENTS), default=DEFAULT_EXTENT, show_default=True, help="How much of it this is."
)
@click.option("--access", type=click.Choice(ACCESSES), help="Who may read it.")
@click.option(
    "--private", "asks_private", is_flag=True, help="Fetch the page even if its address is one of this network."
)
@PROJECT_TO_CHANGE
@DRY_RUN
@handled
def add_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    page: str,
    name: str,
    title: str,
    url: str,
    archived: str,
    kind: str,
    language: str,
    published: str,
    updated: str,
    extent: str,
    access: str | None,
    path: str | None,
    *,
    asks_private: bool,
    is_dry: bool,
) -> None:
    """Add a source: FILE is HTML, PDF, Markdown, plain text, CSV or TSV; a URL is fetched once; - is standard input.

    Each block of the text becomes a passage: a heading, a paragraph, an item of a list, a row of a table. Headings
    become what the passages below them are read with. Bullets and what else the page shows beside the document become
    ignored spans, with the reason. All numbers and digests are made here. The text is kept in texts/NAME/, and the
    page's bytes beside it.
    """
    project = project_to_change(path)
    read = read_text(page, asks_private=asks_private)
    if read.retrieved_from not in ("", urldefrag(page)[0]):
        say(f"note: {page} leads to {read.retrieved_from}")
    described = Described(name, title, url, archived, kind, language, published, extent, access or "", updated)
    with removed_on_error() as made, editing(project) as edit:
        source = new_source(project, read, described)
        if not is_dry:
            archive_text(project, source.name, read.page.text, read.data, read.form.extensions[0], made)
        write_edit(edit, [source.change], told=source.told, is_dry=is_dry)
    say(_summary(source))
    if not is_dry:
        _say_next(source, path)


def _summary(made: NewSource) -> str:
    ignored = sum(span.is_ignored for span in made.spans)
    passages = counted(len(made.spans) - ignored, "passage")
    edition = made.edition.iri.value.rpartition("/")[2]
    return f"{made.change.path}: {passages}, {counted(ignored, 'ignored span')}, edition {edition}"


def _say_next(made: NewSource, path: str | None) -> None:
    where = f" -p {shell_word(path)}" if path else ""
    say(f"next: scograph source show {made.name}{where}")
    first = made.first_passage
    say(f"then split, join or ignore passages, and write what passage {first} says into data/{made.name}/{first}-….ttl")

"""The table of descriptions of a published folder: VoID, DCAT, schema.org, PROV and citations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scograph.exports import citation, dcat, prov, readme, schema_org, void
from scograph.exports.publication import Publication
from scograph.exports.statements import TripleBuilder
from scograph.formats import DOCUMENT_SYNTAXES, JSON_LD, TURTLE
from scograph.model import Document


@dataclass(frozen=True, slots=True)
class Description:
    """One description.

    Args:
        path: The file; of triples that in Turtle.
        media_type: Its media type.
        about: What it is for, in a sentence.
        write: A publication to the bytes of the file, or to triples, which are published in each syntax of
            `DOCUMENT_SYNTAXES`.
    """

    path: str
    media_type: str
    about: str
    write: Callable[[Publication], bytes] | Callable[[Publication], TripleBuilder]

    def __call__(self, publication: Publication) -> Iterator[Document]:
        """Describe a publication: the files of the description."""
        made = self.write(publication)
        if isinstance(made, TripleBuilder):
            yield from made.documents(self.path.rpartition(".")[0], publication.graph.prefixes)
        else:
            yield Document(self.path, self.media_type, (made,))

    @property
    def paths(self) -> tuple[str, ...]:
        """The files of the description, Turtle first; RDF/XML is left out where it cannot carry a value."""
        if self.media_type != TURTLE.media_type:
            return (self.path,)
        stem = self.path.rpartition(".")[0]
        return tuple(f"{stem}.{row.extension}" for row in DOCUMENT_SYNTAXES)


def _readme(publication: Publication) -> bytes:
    return readme.readme(publication, [(path, row.about) for row in DESCRIPTIONS for path in row.paths])


DESCRIPTIONS: tuple[Description, ...] = (
    Description(void.PATH, TURTLE.media_type, "VoID: counts, vocabularies, examples, dumps.", void.void),
    Description(dcat.PATH, TURTLE.media_type, "DCAT 3: the dataset and each file, for catalogues.", dcat.dcat),
    Description(schema_org.PATH, JSON_LD.media_type, "schema.org Dataset: for search engines.", schema_org.schema_org),
    Description(
        prov.PATH, TURTLE.media_type, "PROV: from documents over passages and files to what is published.", prov.prov
    ),
    Description(readme.PATH, "text/markdown", "What is where.", _readme),
    Description(citation.CFF_PATH, citation.CFF_TYPE, "CFF: how to cite it.", citation.citation_cff),
    Description(citation.BIBTEX_PATH, citation.BIBTEX_TYPE, "The same for BibTeX.", citation.bibtex),
)

"""The table of descriptions of a published folder: VoID, DCAT, schema.org, PROV and citations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scograph.exports import citation, dcat, prov, schema_org, void
from scograph.exports.publication import Publication
from scograph.formats import JSON_LD, TURTLE
from scograph.model import Document


@dataclass(frozen=True, slots=True)
class Description:
    """One description.

    Args:
        path: The file.
        media_type: Its media type.
        about: What it is for, in a sentence.
        write: A publication to bytes.
    """

    path: str
    media_type: str
    about: str
    write: Callable[[Publication], bytes]

    def __call__(self, publication: Publication) -> Document:
        """Describe a publication."""
        return Document(self.path, self.media_type, (self.write(publication),))


DESCRIPTIONS: tuple[Description, ...] = (
    Description(void.PATH, TURTLE.media_type, "VoID: counts, vocabularies, examples, dumps.", void.void),
    Description(dcat.PATH, TURTLE.media_type, "DCAT 3: the dataset and each file, for catalogues.", dcat.dcat),
    Description(schema_org.PATH, JSON_LD.media_type, "schema.org Dataset: for search engines.", schema_org.schema_org),
    Description(
        prov.PATH, TURTLE.media_type, "PROV: from documents over passages and files to what is published.", prov.prov
    ),
    Description(citation.CFF_PATH, "application/yaml", "CFF: how to cite it.", citation.citation_cff),
    Description(citation.BIBTEX_PATH, "application/x-bibtex", "The same for BibTeX.", citation.bibtex),
)

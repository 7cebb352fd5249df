"""Fit: whether the words of a passage say a statement. Values alone are known here: no project, no graph, no file."""

from scograph.fit.dates import Date, DateMention
from scograph.fit.judging import Reader, judge
from scograph.fit.languages import language_in
from scograph.fit.lexicon import Lexicon, Names, Wording
from scograph.fit.model import Name, Part, Passage, Statement, Thing, Value, ValueSort, Verdict

__all__ = [
    "Date",
    "DateMention",
    "Lexicon",
    "Name",
    "Names",
    "Part",
    "Passage",
    "Reader",
    "Statement",
    "Thing",
    "Value",
    "ValueSort",
    "Verdict",
    "Wording",
    "judge",
    "language_in",
]

"""What the rulebook tells the collectors 采集用词: filled in once, here, because collectors know no rulebook."""

from __future__ import annotations

from functools import cache

from qingzhu.collectors.dossier import DossierWords
from qingzhu.collectors.geometry_quantities import GeometryRules
from qingzhu.collectors.readings import ReadingWords
from qingzhu.collectors.survey import SurveyWords
from qingzhu.collectors.weighings import WeighingWords
from qingzhu.measures.load import papers_of_house
from qingzhu.rulebook.book import Rulebook
from qingzhu.rulebook.load import load


@cache
def rulebook() -> Rulebook:
    """The rulebook that ships, checked against the measures that ship."""
    return load(measures={name: measure.unit for name, measure in papers_of_house().items() if not measure.derived})


def dossier_words() -> DossierWords:
    """Synonyms, units, waste names, quantities and roles for every collector."""
    book = rulebook()
    return DossierWords(
        survey=SurveyWords.of(book.headers),
        weighing=WeighingWords.of(book.headers, book.waste_words),
        reading=ReadingWords.of(book.headers),
        known_quantities=frozenset(book.files["quantities.toml"]["known"]),
        geometry=GeometryRules.of(book.files["quantities.toml"]),
        roles=frozenset(role["role"] for role in book.files["roles.toml"]["role"]),
    )

"""What the page that checks bundles knows of the rules 核对页所知规则: it misses what a bundle leaves out, and tells foreign rules."""

from __future__ import annotations

import json

from qingzhu.measures import tables
from qingzhu.measures.load import papers_of_house
from qingzhu.measures.vocabulary import vocabulary_hash
from qingzhu.schemes.bundle_files import PATH
from qingzhu.schemes.bundles import README


def rules_script() -> str:
    """The rules as a line of JavaScript, the same for one version of the program: ``const RULES = {…};``.

    ``path`` and ``readme`` are what a bundle's files are held to; ``evidence`` the names of the tables of evidence; ``measures`` by name
    the SHA-256, the grain of a figure and the tables read in order, of which those that are ``measures`` too are derived tables, those
    neither there nor of ``evidence`` parameter tables.
    """
    measures = {
        name: [one.sha256, [] if one.derived else one.grain, list(dict.fromkeys((*one.inputs, *one.parameters)))]
        for name, one in papers_of_house().items()
    }
    known = {
        "path": PATH.pattern,
        "readme": README,
        "vocabulary": vocabulary_hash(),
        "evidence": sorted(tables.evidence()),
        "measures": measures,
    }
    return f"const RULES = {json.dumps(known, sort_keys=True, separators=(',', ':'))};"

"""Models evaluated by themselves 单独评价模型: IFC files in, figures and verdicts out, without a dossier (Plan 三（四）, 三（五）).

The files are handed in to a store of their own, as those of a dossier are, so every figure is computed, and opens, in the same way.
A survey may say what the building is; without one nothing of it is known, and the verdict is as wide as that leaves it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from qingzhu.collectors.dossier import Collected, DossierWords, collect
from qingzhu.collectors.dossier_files import kind_of
from qingzhu.collectors.geometry_quantities import Geometry
from qingzhu.collectors.guards import there
from qingzhu.collectors.mappings import unmapped_groups
from qingzhu.ledger.store import Store, Submission
from qingzhu.measures.engines import Engine
from qingzhu.measures.load import Measure, order, papers_of_house
from qingzhu.rulebook.book import Rulebook
from qingzhu.schemes.doubts import Doubts, doubts_of
from qingzhu.schemes.evaluate import Evaluation, Session, open_session, unsurveyed, verdicts, with_proposals
from qingzhu.schemes.load import Scheme, load_scheme, scheme_names
from qingzhu.schemes.members import members
from qingzhu.terms.errors import MalformedError, RefusedError
from qingzhu.terms.figures import Figure
from qingzhu.terms.readings import Remark

PROJECT, BUILDING = "MODEL", "B1"
"""Codes of the project and building that models without a survey are taken for."""

READ_FROM_MODELS = frozenset({"element", "property", "quantity", "element_material"})
"""Tables of evidence that models fill."""


@dataclass
class Models:
    """Models handed in to a store of their own 已读入的模型, and the session their figures are computed in."""

    collected: Collected
    session: Session
    rows: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def project(self) -> str:
        """The project's code: of the survey, or ``MODEL``."""
        return self.collected.project

    @property
    def files(self) -> list[Submission]:
        """The submissions of the models, in order of their names."""
        return [one for one in self.collected if one.slot.kind == "model"]

    def table(self, name: str) -> pl.DataFrame:
        """The rows of a table of evidence, in the order of the files."""
        if name not in self.rows:
            self.rows[name] = self.session.store.rows(name, self.project)
        return self.rows[name]

    def derived(self, name: str) -> pl.DataFrame:
        """The rows of a derived table, e.g. ``mapped_element``."""
        return self.session.derived(name)

    @cached_property
    def figures(self) -> list[Figure]:
        """Every figure that is read from models."""
        return self.session.figures(figure_names(self.session.measures))

    @cached_property
    def evaluation(self) -> Evaluation:
        """Figures, and the verdicts that rest on nothing but models and survey."""
        store, session = self.session.store, self.session
        rows = {name: store.rows(name, self.project).drop("submission", "row") for name in ("project", "building")}
        mapped = session.derived("mapped_element")
        buildings = rows["building"].sort("building").to_dicts()
        project = (rows["project"].to_dicts() or [unsurveyed(store, self.project)])[0]
        doubts = self._named(doubts_of(store, self.project, self.figures, session.measures, mapped))
        judged = {scheme.name for scheme in schemes(session)}
        found = [one for one in verdicts(session, project, buildings, self.figures, doubts, []) if one.scheme in judged]
        return Evaluation(
            project, buildings, session.on, session.pin.position, session.pinned(), self.figures, found, {}, [],
            unmapped_groups=with_proposals(unmapped_groups(mapped, session.derived("element_carbon")), store.rows("mapping"), session),
        )  # fmt: skip

    def _named(self, doubts: Doubts) -> Doubts:
        """The doubts with their files as the caller knows them, not as they lie in the store."""
        files = {one.slot.name: one.slot.name.removeprefix("models/") for one in self.files}
        found = [replace(one, title={lang: as_given(text, files) for lang, text in one.title.items()}) for one in doubts.found]
        return replace(doubts, found=found)

    @cached_property
    def members(self) -> pl.DataFrame:
        """The elements behind each figure: ``figure model global_id``."""
        return members(self.session, self.figures)


def hand_in_models(
    files: Sequence[Path],
    folder: Path,
    words: DossierWords,
    *,
    given_by: str,
    given_at: datetime,
    survey: Path | None = None,
    mapping: Path | None = None,
    library: Path | None = None,
    geometry: Geometry = "none",
    measured: Callable[[int, int], None] | None = None,
) -> tuple[Store, Collected]:
    """Hand models in to a new store in ``folder`` 提交模型; files of one name are told apart by a number before it.

    ``geometry``: whose bodies are measured (``none``, ``needed``, ``all``); ``measured`` is called with how many are, of how many.

    Raises ``MissingError`` for a file that isn't there, ``RefusedError`` for one that no model's name ends like, and ``MalformedError``
    with the reason where no model could be read, or where survey or mapping were refused.
    """
    dossier = folder / "dossier"
    (dossier / "models").mkdir(parents=True)
    for path in [*files, *(one for one in (survey, mapping, library) if one)]:
        there(path)
    for path, name in zip(files, names_of(files), strict=True):
        shutil.copyfile(path, dossier / "models" / name)
    beside = {"survey": ("project", survey), "mapping": ("mapping", mapping), "library": ("library", library)}
    for kind, (stem, named) in beside.items():
        path = named or Path(kind)
        if named and kind != "mapping" and kind_of(f"{stem}{path.suffix.lower()}") != kind:
            zh, en = f"{path} 应为 .toml 或 .xlsx（构件库也可为 .csv）。", f"{path}: wanted .toml or .xlsx, for a library also .csv."
            raise RefusedError("file_ending", zh, en, file=str(path))
    if survey:
        shutil.copyfile(survey, dossier / f"project{survey.suffix.lower()}")
    else:
        made = f'[project]\nproject = "{PROJECT}"\nname = "{PROJECT}"\n\n[[building]]\nbuilding = "{BUILDING}"\n'
        (dossier / "project.toml").write_text(made, "utf-8")
    if mapping:
        shutil.copyfile(mapping, dossier / "mapping.toml")
    if library:
        shutil.copyfile(library, dossier / f"library{library.suffix.lower()}")
    store = Store.open(folder / "store", logged=False)
    collected = collect(dossier, store, words, given_by=given_by, given_at=given_at, geometry=geometry, measured=measured)
    given = dict(zip((f"models/{name}" for name in names_of(files)), map(str, files), strict=True))
    given |= {one.slot.name: str(beside[one.slot.kind][1]) for one in collected if one.slot.kind in ("mapping", "library")}
    given |= {f"project{survey.suffix.lower()}": str(survey)} if survey else {}
    collected.names = given
    for one in collected:
        if one.state == "refused" and (one.slot.kind != "model" or not any(_read(other) for other in collected)):
            raise _refusal(one, given)
    return store, collected


def names_of(files: Sequence[Path]) -> list[str]:
    """The names models have in the dossier: their own, numbered until no two are the same; other endings stay readable as ``.ifc``."""
    names = [path.name if path.name.lower().endswith((".ifc", ".ifczip", ".ifc.gz")) else f"{path.name}.ifc" for path in files]
    while len(set(names)) < len(names):
        names = [f"{place}-{name}" if names.count(name) > 1 else name for place, name in enumerate(names, 1)]
    return names


def models_evaluated(store: Store, collected: Collected, rulebook: Rulebook, region: str | None, on: date, engine: Engine) -> Models:
    """The session over models handed in 模型评价, as of ``on``; ``region`` where the survey names none."""
    named = store.rows("project", collected.project, ["region"])["region"].to_list()
    place = (named[0] if named else None) or region
    if region and not rulebook.names_region(region):
        listed = "、".join(sorted(entry["name"] for entry in rulebook.regions.values()))
        zh, en = f"规则库没有地区“{region}”的规则。已有：{listed}", f"The rulebook has no rules of a region {region!r}. Known: {listed}"
        raise RefusedError("region_unknown", zh, en, region=region)
    return Models(collected, open_session(store, rulebook, place, on, engine, [collected.project], figure_names(papers_of_house())))


def figure_names(measures: Mapping[str, Measure]) -> list[str]:
    """The measures that are read from models 由模型得出的指标."""
    return sorted(name for name, measure in measures.items() if not measure.derived and _from_models(measures, name))


def schemes(session: Session) -> list[Scheme]:
    """The schemes for buildings whose every figure is read from models or from rooms and take-offs of the survey."""
    found = [
        load_scheme(name, session.on, session.region, session.rulebook)
        for name in scheme_names(session.on, session.region, session.rulebook)
    ]
    return [scheme for scheme in found if scheme.per == "building"]


def _from_models(measures: Mapping[str, Measure], name: str) -> bool:
    inputs = {table for one in order(measures, [name]) for table in measures[one].inputs if table not in measures}
    return bool(inputs & READ_FROM_MODELS) or measures[name].term == "prefabrication"


def _read(one: Submission) -> bool:
    return one.slot.kind == "model" and one.state != "refused"


def as_given(text: str, names: Mapping[str, str]) -> str:
    """A message with the files it names as the caller wrote them 按给出的文件名, not as they lie in the store."""
    for inside, outside in names.items():
        text = text.replace(inside, outside)
    return text


def _refusal(one: Submission, names: Mapping[str, str]) -> MalformedError:
    """Why a file was refused, as an error."""
    remarks = [Remark(**remark) for remark in one.reading_report["remarks"] if remark["level"] == "refused"]
    first = remarks[0]
    zh, en = as_given(first.zh, names), as_given(first.en, names)
    return MalformedError(first.code, zh, en, file=names.get(one.slot.name, one.slot.name), found=first.found)

"""Two revisions of a model with their figures side by side, and the elements behind each change; known by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qingzhu.cli.model import Asked, opened_models
from qingzhu.collectors.model_changes import ATTRIBUTES
from qingzhu.measures.load import papers_of_house
from qingzhu.reports.columns import WIDTH
from qingzhu.reports.model_diff_text import model_diff_text
from qingzhu.reports.words import has_word
from qingzhu.schemes.changed_members import LEFT_OUT, WHY, columns_read
from qingzhu.schemes.model_diff import MOST_ROWS, ModelDiff, diff
from qingzhu.schemes.models import figure_names
from tests.collectors.model_makers import Model

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

ON = date(2026, 6, 30)
PRECAST, CAST = "precast_concrete_volume:B1", "cast_in_place_concrete_volume:B1"


def column(model: Model, id: str, material: str, volume: float, **held: object) -> None:
    """A column of concrete that says how it was made."""
    model.element(id * 22, id, kind="IFCCOLUMN", material=f"concrete {material}", volume=volume, tag=id, **held)


def revisions(folder: Path) -> tuple[Path, Path]:
    """A grows, B is precast now, C goes, D comes, E moves up a storey."""
    old, new = Model(), Model(first=4000)
    column(old, "A", "precast", 1.2)
    column(old, "B", "cast in place", 2.0)
    column(old, "C", "cast in place", 1.0)
    column(old, "E", "precast", 0.25)
    column(new, "A", "precast", 1.5)
    column(new, "B", "precast", 2.0)
    column(new, "D", "precast", 0.5)
    column(new, "E", "precast", 0.25, storey=11)
    paths = folder / "tower_v1.ifc", folder / "tower_v2.ifc"
    for path, model in zip(paths, (old, new), strict=True):
        path.write_text(model.text(), "ascii")
    return paths


def compared(old: Path, new: Path) -> ModelDiff:
    with opened_models([old], Asked(ON)) as before, opened_models([new], Asked(ON)) as after:
        return diff(before, after)


def _of(folder: Path, *models: Model) -> ModelDiff:
    """Two models under the making, compared."""
    paths = folder / "old.ifc", folder / "new.ifc"
    for path, model in zip(paths, models, strict=True):
        path.write_text(model.text(), "ascii")
    return compared(*paths)


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> ModelDiff:
    return compared(*revisions(tmp_path_factory.mktemp("revisions")))


def figure(found: ModelDiff, id: str) -> dict:
    (one,) = [one for one in found.figures if one["id"] == id]
    return one


def behind(found: ModelDiff, id: str) -> set[tuple]:
    rows = found.tables["behind"].filter(figure=id)
    return set(rows.select("change", "name", "what").rows())


class TestFiguresSideBySide:
    def test_the_volumes_are_those_of_each_revision(self, found):
        precast, cast = figure(found, PRECAST), figure(found, CAST)
        assert (precast["old"]["value"], precast["new"]["value"]) == (pytest.approx(1.45), pytest.approx(4.25))
        assert precast["difference"] == pytest.approx(2.8)
        assert (cast["old"]["value"], cast["new"]["value"], cast["changed"]) == (pytest.approx(3.0), 0, True)

    def test_what_did_not_change_is_there_and_says_so(self, found):
        unmapped = figure(found, "unmapped_count:B1")
        assert (unmapped["old"]["value"], unmapped["new"]["value"], unmapped["changed"], unmapped["elements"]) == (0, 0, False, 0)

    def test_verdicts_stand_side_by_side(self, found):
        assert {one["scheme"] for one in found.verdicts} >= {"gbt51129_2017"}


class TestElementsBehind:
    def test_those_that_changed_came_or_went(self, found):
        rows = behind(found, PRECAST)
        assert {(change, name) for change, name, _ in rows} == {("changed", "A"), ("changed", "B"), ("added", "D")}
        assert ("changed", "A", "volume 1.2 → 1.5") in rows
        (why,) = [what for _, name, what in rows if name == "B"]
        assert "construction cast_in_place → precast" in why

    def test_an_element_that_moved_is_behind_no_volume(self, found):
        assert {name for _, name, _ in behind(found, CAST)} == {"B", "C"}
        assert "E" not in {name for _, name, _ in behind(found, PRECAST)}

    def test_of_a_table_with_several_rows_an_element_too(self, found):
        """The mass of A, C and D changes; the measure reads of what B is, and that is another material now."""
        rows = {name: (change, what) for change, name, what in behind(found, "material_mass:B1")}
        assert set(rows) == {"A", "B", "C", "D"}
        assert rows["B"] == ("changed", "material concrete cast in place → concrete precast")
        assert "volume 1.2 → 1.5" in rows["A"][1]

    def test_what_came_or_went_is_told_by_that_alone(self, found):
        """Concrete of no grade has no factor: that stands in ``element_carbon`` of each, and is no change of it."""
        rows = [row for row in found.tables["behind"].to_dicts() if row["change"] in ("added", "removed")]
        assert {row["name"] for row in rows} == {"C", "D"}
        assert {row["what"] for row in rows} == {""}

    def test_are_told_once_where_several_figures_have_the_same(self, found):
        first, mass = figure(found, "mass_without_factor:B1"), figure(found, "material_mass:B1")
        assert (first["same_elements_as"], mass["same_elements_as"]) == (None, "mass_without_factor:B1")

    def test_groups_of_those_alike_are_named_with_their_count(self, found):
        one = figure(found, PRECAST)
        assert one["elements"] == sum(group["count"] for group in one["behind"]) == 3

    def test_what_nobody_knows_stands_behind_the_figure_of_the_unknown(self, tmp_path):
        old, new = Model(), Model(first=4000)
        for model in (old, new):
            column(model, "A", "precast", 1.0)
        new.element("B" * 22, "strange", kind="IFCRAILING", material="Unobtainium", volume=1.0)
        found = _of(tmp_path, old, new)
        assert figure(found, "material_carbon_by_material:B1:unknown")["changed"]
        assert behind(found, "material_carbon_by_material:B1:unknown") == {("added", "strange", "")}

    def test_the_precast_ratio_names_no_element_that_is_not_in_it(self, tmp_path):
        """A covering grows and a bar goes; of the two beams one grows: 10 / 20 becomes 12 / 22."""
        old, new = Model(), Model(first=4000)
        for model, beam, wool in ((old, 10.0, 2.0), (new, 12.0, 4.0)):
            model.element("A" * 22, "beam", kind="IFCBEAM", material="concrete precast", volume=beam)
            model.element("B" * 22, "other", kind="IFCBEAM", material="concrete cast in place", volume=10.0)
            model.element("C" * 22, "wool", kind="IFCCOVERING", material="Rock wool", volume=wool)
        old.element("D" * 22, "bar", kind="IFCREINFORCINGBAR", material="B500B", volume=0.5)
        assert {name for _, name, _ in behind(_of(tmp_path, old, new), "precast_ratio:B1")} == {"beam"}

    def test_a_coverage_that_changes_is_a_change_though_no_revision_has_a_value(self, tmp_path):
        """No precast column is measured, in OLD none at all; in NEW the cast one is, so the other is as large at most: 0 % is known."""
        old, new = Model(), Model(first=4000)
        for model in (old, new):
            model.element("A" * 22, "A", kind="IFCCOLUMN", material="concrete precast")
        old.element("B" * 22, "B", kind="IFCCOLUMN", material="concrete cast in place")
        new.element("B" * 22, "B", kind="IFCCOLUMN", material="concrete cast in place", volume=1.0)
        one = figure(_of(tmp_path, old, new), PRECAST)
        assert [(one[side]["value"], one[side]["coverage"]) for side in ("old", "new")] == [(None, None), (None, 0.0)]
        assert one["changed"]


class TestShown:
    def test_the_data_is_plain_and_says_how_many_rows_there_are(self, found):
        data = found.as_dict()
        assert data["counts"] | {"by_class": None} == {
            "added": 1, "removed": 1, "changed": 3, "re_identified": 0, "attribute": 3, "property": 0, "quantity": 1, "by_class": None,
        }  # fmt: skip
        assert data["tables"]["quantity_change"]["count"] == len(data["tables"]["quantity_change"]["rows"]) == 1 <= MOST_ROWS

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_terminal_shows_it_in_eighty_columns(self, found, lang):
        from rich.cells import cell_len

        text = model_diff_text(found.as_dict(), lang)
        assert max(cell_len(line) for line in text.splitlines()) <= WIDTH
        assert {"zh": "体积 m³ 1.2 → 1.5", "en": "volume m³ 1.2 → 1.5"}[lang] in text

    def test_changes_that_say_the_same_are_one_line_with_their_count(self, tmp_path):
        old, new = Model(), Model(first=4000)
        for model, fire in ((old, "R60"), (new, "R90")):
            for id in "ABC":
                column(model, id, "precast", 1.0, properties={"FireRating": f"IFCLABEL('{fire}')"})
        data = _of(tmp_path, old, new).as_dict()
        (group,) = data["alike"]["property"]["groups"]
        assert (group["set_name"], group["name"], group["old_value"], group["new_value"]) == ("S", "FireRating", "R60", "R90")
        assert (group["count"], group["global_id"], data["alike"]["property"]["kinds"]) == (3, "A" * 22, 1)
        assert "S › FireRating: R60 → R90\n    3 elements, e.g. IfcColumn AAAAAAAAAAAAAAAAAAAAAA A" in model_diff_text(data, "en")

    def test_every_column_a_figure_may_read_of_an_element_has_a_word(self):
        measures = papers_of_house()
        read = {column for name in figure_names(measures) for held in columns_read(measures, measures[name]).values() for column in held}
        named = {*read, *WHY, *ATTRIBUTES} - {*LEFT_OUT, "dimension"}  # a dimension is a key of its figures
        assert [column for column in named if not has_word(f"model_diff.column.{column}")] == []


class TestTheSameModelTwice:
    def test_has_an_empty_diff(self, tmp_path):
        old, _ = revisions(tmp_path)
        same = compared(old, old)
        assert same.empty
        assert same.tables["behind"].is_empty()

    def test_of_another_name_too(self, tmp_path, real_models):
        name = "fzk_haus_ifc4_archicad20.ifc"
        copy = tmp_path / "other.ifc"
        copy.write_bytes((real_models / name).read_bytes())
        assert compared(real_models / name, copy).empty

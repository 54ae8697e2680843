"""Two projects of one region: what the first confirmed in its mapping is proposed to the second, and never applied."""

from __future__ import annotations

import pytest

from tests.collectors.model_makers import guid, quantities, step
from tests.journeys.dossiers import as_json, qingzhu, survey

pytest.importorskip("ifcopenshell", reason="the [bim] extra is not installed")

MAPPING = """[[mapping]]
name = '^Kanaalplaat'
role = "slab"
construction = "precast"
"""


def model(name: str) -> str:
    """A proxy of 2 m³, of which the defaults know nothing, and a footing of 3 m³ that doesn't say how it was made."""
    proxy = f"#10=IFCBUILDINGELEMENTPROXY('{guid(10)}',$,'{name}',$,$,$,$,$,$);"
    footing = f"#11=IFCFOOTING('{guid(11)}',$,'Strook 500',$,$,$,$,$,$);"
    volumes = [quantities(20 + 10 * at, [10 + at], f"IFCQUANTITYVOLUME('NetVolume',$,$,{2 + at}.,$)") for at in (0, 1)]
    return step(proxy, footing, *volumes[0], *volumes[1])


@pytest.fixture
def region(tmp_path):
    for code, name, mapping in (("A01", "Kanaalplaat 200", MAPPING), ("A02", "Kanaalplaat 260 / K7", None)):
        folder = survey(tmp_path / code, code=code)
        (folder / "models").mkdir()
        (folder / "models" / "tower.ifc").write_text(model(name), "ascii")
        if mapping:
            (folder / "mapping.toml").write_text(mapping, "utf-8")
    return tmp_path


def test_a_confirmed_row_is_proposed_to_another_project_with_its_source(region):
    evaluations = as_json("evaluate", region, "--on", "2022-05-31")["evaluations"][0]
    (second,) = [one for one in evaluations if one["project"]["project"] == "A02"]
    footing, proxy = second["unmapped_groups"]
    assert (footing["ifc_class"], footing["role"], footing["volume"], footing["proposals"]) == ("IfcFooting", "foundation", 3.0, [])
    (proposal,) = proxy["proposals"]
    learned = {"project": "A01", "place": 1, "learned_from": {"name": "^Kanaalplaat"}, "similarity": 1.0}
    assert proposal == {**learned, "role": "slab", "construction": "precast"}
    figures = {figure["id"]: figure["value"] for figure in second["figures"]}
    assert figures["unmapped_count:A02:B1"] == 2
    assert figures["unmapped_volume:A02:B1"] == 5.0


def test_the_suggested_mapping_and_the_report_show_it(region):
    qingzhu("evaluate", region, "--on", "2022-05-31", "--lang", "en")
    suggested = (region / "results" / "A02" / "mapping_suggested.toml").read_text("utf-8")
    assert "not applied: 100% like row 1 of A01" in suggested
    assert '# role = "slab"\n# construction = "precast"' in suggested
    report = (region / "results" / "A02" / "report.html").read_text("utf-8")
    assert "row 1 of A01" in report
    assert "slab · precast" in report

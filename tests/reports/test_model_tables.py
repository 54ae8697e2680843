"""Tables of models: what is not known is no zero."""

from __future__ import annotations

import polars as pl

from qingzhu.reports.model_tables import volumes


def mapped(*rows: tuple[str | None, float | None]) -> pl.DataFrame:
    """Members, each with how it is made and its volume [m³]."""
    schema = {"construction": pl.String, "volume": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(volume_counted=True, needs_construction=True)


class TestVolumesByConstruction:
    def test_are_sums_of_what_is_known(self):
        found = volumes(mapped(("precast", 1.0), ("precast", 2.0), ("precast", None), (None, 0.5)))
        assert found == {"cast_in_place": 0.0, "precast": 3.0, "unknown": 0.5}

    def test_are_unknown_where_no_member_has_a_volume(self):
        assert volumes(mapped(("precast", None), (None, None))) == {"cast_in_place": 0.0, "precast": None, "unknown": None}

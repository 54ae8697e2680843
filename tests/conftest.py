"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_data_folder() -> Path | None:
    """The folder of real files, from QINGZHU_TEST_DATA; None where it is not set."""
    folder = os.environ.get("QINGZHU_TEST_DATA")
    return Path(folder) if folder else None


test_data_folder.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def real_models() -> Path:
    """The folder of real IFC models; skips with a reason where the files are not at hand (in CI a skip is a failure)."""
    folder = test_data_folder()
    if folder is None:
        pytest.skip("QINGZHU_TEST_DATA is not set: the real models are not at hand")
    return folder / "ifc"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """In CI a skipped test is a failed one: what was not run was not shown."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"

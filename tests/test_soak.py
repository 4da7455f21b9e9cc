"""Nine minutes of trouble, then the truth: nothing lost, nothing told that was not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import Soak

SECONDS = 540.0


@pytest.mark.long
@pytest.mark.timeout(880)
def test_everything_is_as_if_nothing_had_happened(tmp_path: Path) -> None:
    report = Soak(tmp_path, SECONDS, seed=20261125).run()
    assert report.problems == []
    assert report.kills >= 8
    assert report.edits >= 20
    assert report.told >= 6

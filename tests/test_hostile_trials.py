"""What issue 4 asks of each misbehaviour by itself, as feed and as page."""

from __future__ import annotations

import pytest

from tests import trials
from tests.trials import Trial

pytestmark = [pytest.mark.long, pytest.mark.alone, pytest.mark.timeout(900)]

NAMES = [case.name for case in trials.cases(0)]
# What a worker may compute here (s): a third of what it usually may.
WORK = 3.0


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trial]:
    folder = tmp_path_factory.mktemp("trials")
    return {t.case.name: t for t in trials.trials(folder, work=WORK)}


@pytest.mark.parametrize("name", NAMES)
def test_one_misbehaviour_costs_only_itself(found: dict[str, Trial], name: str) -> None:
    assert found[name].faults == [], trials.line(found[name])


def test_the_list_is_long_enough() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 140

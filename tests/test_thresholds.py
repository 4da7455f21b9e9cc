"""`[thresholds]` reach the engine, and a discrepancy is told once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.analysis import Analyst
from monitor.claims import match
from monitor.model import Comparator, Thresholds
from monitor.settings import TopicConfig
from tests.claim_mentions import HOUR, NOON, killed, stored
from tests.desk import Desk, Item, baseline, desk

COST = "The storm caused damage of about {} million euros in Velmora, insurers said."
MORE = "The mayor of Velmora, Ilse Brandt, visited the flooded harbour on Friday."
TOLL = "At least {} people were killed in the fire in Port Arlen, {} said."
FIRE = ("/fire", "Fire in Port Arlen")


@pytest.fixture
def at(tmp_path: Path, analyst: Analyst) -> Iterator[Desk]:
    with desk(tmp_path / "x.db", analyst, "gazette", "herald", "tribune") as at:
        yield at


def test_a_desk_says_from_where_on_an_estimate_has_changed(at: Desk) -> None:
    def say(millions: int) -> list[str]:
        at.publish("/storm", (COST.format(millions), MORE), title="Storm in Velmora")
        at.pass_()
        return at.told()

    at.publish("/storm", (COST.format(300), MORE), title="Storm in Velmora")
    baseline(at, Item("/storm"))
    at.service.store.db.execute("DELETE FROM changes")
    assert say(309) == []
    at.configure(thresholds=Thresholds(material_percent=2.0))
    assert say(318) == ["figure"]
    at.configure(thresholds=Thresholds(material_percent=30.0))
    assert say(390) == ["figure"]


def test_a_desk_says_what_is_worth_checking(at: Desk) -> None:
    at.configure(
        topics=(TopicConfig("fire", any=("Port Arlen",)),),
        thresholds=Thresholds(worth_checking=1.0),
    )
    baseline(at)
    at.publish(FIRE[0], (TOLL.format(12, "police"),), title=FIRE[1])
    at.feed("gazette", Item(FIRE[0]))
    at.pass_()
    assert at.told() == []
    assert ("new", "not worth checking") in [
        (kind, "not worth checking" if "check" in why else why)
        for kind, why in at.recorded()
    ]


@pytest.mark.parametrize(("ratio", "conflicts"), [(2.0, True), (3.0, False)])
def test_lower_bounds_conflict_from_a_ratio_on(ratio: float, conflicts: bool) -> None:
    known = stored(killed(12, "police", comparator=Comparator.AT_LEAST))
    said = killed(30, "health ministry", comparator=Comparator.AT_LEAST)
    verdict = match.judge(
        said,
        None,
        [known],
        as_of=NOON + HOUR,
        outlet="Evening Star",
        wire_key=None,
        thresholds=Thresholds(discrepant_ratio=ratio),
    )
    assert ("discrepant" in verdict.reason) is conflicts


def test_a_discrepancy_is_told_once_not_at_each_report(at: Desk) -> None:
    """The conflict view has it as long as both stand."""
    first = (TOLL.format(12, "the fire service"),)
    other = (TOLL.format(30, "the health ministry"),)
    baseline(at)
    pages = [
        ("gazette", "/one", first),
        ("herald", "/two", other),
        ("tribune", "/three", other),
        ("gazette", "/four", first),
        ("herald", "/five", (*other, "The ministry named no names.")),
    ]
    for feed, path, text in pages:
        at.publish(path, text, title=FIRE[1])
        at.feed(feed, Item(path))
        at.pass_()
    assert at.told().count("conflict") == 1
    [(how, sources, told)] = at.rows("SELECT how, sources, told FROM conflicts")
    assert (how, sources) == ("discrepant", 2)
    assert "health ministry against fire service" in told
    values = at.rows(
        "SELECT source, value_min FROM current_values ORDER BY value_min, source"
    )
    assert values == [("fire service", 12.0), ("health ministry", 30.0)]

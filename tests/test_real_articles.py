"""The two real articles beside the checkout, through the whole path (issue 2).

Their text stays there: it is read, wrapped in HTML and edited in memory only.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.analysis import Analyst
from monitor.cli import cli
from tests.desk import Item, desk, page

EVENTS = Path(__file__).parents[1] / "monitor" / "claims" / "data" / "events.toml"
SENTENCE = "Such a development could weaken"


@dataclass
class Told:
    """What the run left: claims as the command prints them, and the changes."""

    claims: list[dict[str, Any]]
    first: list[tuple[str, str]]
    second: list[tuple[str, str | None, str | None]]
    reasons: list[str]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    folder = Path(__file__).parents[1].parent / "shared" / "articles"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared/articles, absent here")
    found = {f"/{path.stem}": path.read_text("utf-8") for path in folder.glob("*.txt")}
    assert len(found) == 2
    return found


def test_no_name_of_theirs_is_known_as_busy(texts: dict[str, str]) -> None:
    """What is read of them must not come from a list that was made with them in mind."""
    words = " ".join(re.findall(r"[\w-]+", " ".join(texts.values()).lower()))
    names = tomllib.loads(EVENTS.read_text("utf-8"))["busy"].split()
    assert names
    assert not [n for n in names if f" {n.replace('_', ' ')} " in f" {words} "]


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, analyst: Analyst, texts: dict[str, str]
) -> Told:
    database = tmp_path_factory.mktemp("real") / "claimwatch.db"
    with desk(database, analyst) as at:
        at.feed("gazette")
        at.pass_()

        def serve() -> None:
            for path, text in texts.items():
                title, *paragraphs = text.split("\n")
                at.publish(path, paragraphs, title=title)

        serve()
        at.feed("gazette", *(Item(path, title="Iran") for path in texts))
        at.pass_()
        claims = CliRunner().invoke(
            cli, ["claims", "--json", "--all", "--database", str(database)]
        )
        assert claims.exit_code == 0, claims.output
        first = at.rows(
            "SELECT kind, reason FROM changes WHERE disposition = 'alert' "
            "ORDER BY change_id"
        )
        last = at.one("SELECT max(change_id) FROM changes")
        edited = [path for path, text in texts.items() if "4,519" in text]
        assert len(edited) == 1
        text = texts[edited[0]].replace("4,519", "4,902")
        (line,) = [line for line in text.split("\n") if line.startswith(SENTENCE)]
        texts[edited[0]] = text.replace(line + "\n", "")
        serve()
        for _ in range(4):
            at.pass_()
        second = at.rows(
            "SELECT kind, json_extract(before, '$.text'), json_extract(after, '$.text') "
            "FROM changes WHERE change_id > ? ORDER BY change_id",
            last,
        )
        reasons = [
            row[0]
            for row in at.rows("SELECT reason FROM changes WHERE change_id > ?", last)
        ]
    lines = [json.loads(line) for line in claims.stdout.splitlines()]
    return Told(lines, [(k, r) for k, r in first], [(*row,) for row in second], reasons)  # type: ignore[misc]


def test_each_source_keeps_its_own_figure_of_one_measure(told: Told) -> None:
    (measure,) = {
        claim["measure"]
        for claim in told.claims
        for a in claim["assertions"]
        if a["value_min"] == 4519
    }
    killed = [c for c in told.claims if c["measure"] == measure]
    said = {
        (a["source"] or "", a["value_min"], a["comparator"])
        for claim in killed
        for a in claim["assertions"]
    }
    assert any("HRANA" in s and value == 4519 for s, value, _ in said), said
    assert any("officials" in s.lower() and value == 5000 for s, value, _ in said), said
    assert any(value == 16500 and sign == "≥" for _, value, sign in said), said
    sources = {
        value: source for source, value, _ in said if value in (4519, 5000, 16500)
    }
    assert len(set(sources.values())) == 3


def test_what_is_under_review_is_another_measure(told: Told) -> None:
    measures = {
        claim["measure"]
        for claim in told.claims
        for a in claim["assertions"]
        if a["value_min"] == 9049
    }
    assert measures
    counted = {
        claim["measure"]
        for claim in told.claims
        for a in claim["assertions"]
        if a["value_min"] == 4519
    }
    assert not measures & counted


def test_quotes_stand_in_the_texts_where_the_claims_say(told: Told) -> None:
    for claim in told.claims:
        for a in claim["assertions"]:
            assert a["end"] - a["start"] == len(a["quote"])


def test_the_first_reading_alerts_on_contradicting_figures_only(told: Told) -> None:
    figures = [reason for kind, reason in told.first if kind == "conflict"]
    assert any("5,000 against 4,519" in reason for reason in figures)
    assert any("at least 16,500 against 4,519" in reason for reason in figures)
    for reason in figures:
        assert any(number in reason for number in ("4,519", "5,811")), reason
    assert [row for row in told.first if row[0] != "conflict"] == []


def test_an_edit_is_its_figure_and_its_removal_and_nothing_else(told: Told) -> None:
    assert [row[0] for row in told.second] == ["figure", "removed"]
    (_, before, after), (_, removed, nothing) = told.second
    assert "4,519" in (before or "")
    assert "4,902" in (after or "")
    assert (removed or "").startswith(SENTENCE)
    assert nothing is None
    assert "4,519 → 4,902" in told.reasons[0]


def test_pages_of_the_desk_hold_the_text() -> None:
    html = page("A title", ["One & two."])
    assert "One &amp; two." in html

"""What a person at a terminal gets, and what a spreadsheet gets."""

from __future__ import annotations

import csv
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.escape import cell
from monitor.cli import changes, claims, status
from monitor.cli.terminal import differing, sparkline
from monitor.model import Side
from monitor.store import Store, open_store
from tests import newsroom
from tests.cli_calls import ROOT, call, good, objects, own_place
from tests.known_rows import HOUR, NOW
from tests.store_rows import add_article, add_change, add_claim, change, placement

HOSTILE = '=HYPERLINK("http://x.example")'


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A toll that moved twice."""
    own_place(tmp_path, monkeypatch)
    newsroom.write_config(tmp_path)
    opened = open_store(tmp_path / "claimwatch.db")
    article = add_article(opened, now=NOW - 3 * HOUR)
    claim_id = add_claim(opened, article=article, now=NOW - 3 * HOUR)
    for toll in (19, 24):
        add_change(
            opened,
            change(claim_id, toll=toll, detected_at=NOW - HOUR),
            placement("hook", now=NOW - HOUR),
            article=article,
            assertion_id=1,
        )
    return opened


def at_a_terminal(*arguments: str, **environ: str) -> str:
    """What a command prints on a terminal of its own."""
    ours, its = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", *arguments],
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environ},
        close_fds=True,
    )
    os.close(its)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:
        pass  # Linux says so when the other end is closed
    finally:
        os.close(ours)
        assert child.wait(timeout=60) == 0, seen
    return seen.decode().replace("\r\n", "\n")


# ------------------------------------------------------------------ marked words


def test_changed_words_are_in_colour_and_the_rest_is_not(store: Store) -> None:
    store.close()
    seen = at_a_terminal("changes", PAGER="cat")
    red, green = (click.style("12", fg=c, bold=True) for c in ("red", "green"))
    assert f"before  {red} people" in seen
    assert f"after   {green.replace('12', '24')} people" in seen
    assert "\x1b" not in good("changes")


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_marked_word_is_cut(before: str, after: str) -> None:
    was, is_now = differing(f"Twelve {before}", f"Thirteen {after}")
    assert "Twelve" in was
    assert "Thirteen" in is_now


def test_long_stretches_that_both_share_are_cut() -> None:
    shared = " ".join(["and so on"] * 100)
    was, is_now = (
        click.unstyle(text)
        for text in differing(f"Twelve {shared} ended", f"Nine {shared} ended")
    )
    assert was.startswith("Twelve and so on")
    assert was.endswith("ended")
    assert "…" in was
    assert len(is_now) < 120


# ------------------------------------------------------------------ pager


def test_lists_go_through_the_readers_pager(store: Store, tmp_path: Path) -> None:
    store.close()
    kept = tmp_path / "paged"
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\ncat > "{kept}"\n')
    pager.chmod(0o755)
    for arguments in (["changes"], ["claims"], ["show", "1"]):
        assert at_a_terminal(*arguments, PAGER=str(pager)) == ""
        assert "people" in click.unstyle(kept.read_text())
        assert "\x1b[" in kept.read_text()
    at_a_terminal("changes", PAGER=str(pager), NO_COLOR="1")
    assert "\x1b[" not in kept.read_text()


def test_a_reader_who_leaves_early_is_no_error(store: Store, tmp_path: Path) -> None:
    store.close()
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\nexit 0\n")
    pager.chmod(0o755)
    assert at_a_terminal("changes", PAGER=str(pager)) == ""


# ------------------------------------------------------------------ figures


def test_a_figure_that_moved_shows_its_course(store: Store) -> None:
    assert "▁▅█ (12 → 19 → 24)" in good("claims")
    assert "▁▅█ (12 → 19 → 24)" in good("show", "1")


def test_bars_stand_between_the_lowest_and_the_highest() -> None:
    assert sparkline([]) == ""
    assert sparkline([5, 5]) == "▁▁"
    assert sparkline([0, 50, 100]) == "▁▅█"
    assert sparkline([3, 1, 2]) == "█▁▅"


# ------------------------------------------------------------------ CSV


@pytest.mark.parametrize(
    ("arguments", "columns"),
    [
        (["changes"], changes.COLUMNS),
        (["claims"], claims.COLUMNS),
        (["show", "1"], changes.COLUMNS),
        (["show", "c2"], changes.COLUMNS),
        (["status"], status.COLUMNS),
    ],
)
def test_csv_has_its_columns_and_a_row_each(
    store: Store, arguments: list[str], columns: tuple[str, ...]
) -> None:
    first, *rows = csv.reader(io.StringIO(good(*arguments, "--csv")))
    assert tuple(first) == columns
    assert rows
    assert all(len(row) == len(columns) for row in rows)


def test_csv_says_what_json_says(store: Store) -> None:
    rows = list(csv.DictReader(io.StringIO(good("changes", "--csv"))))
    found = objects("changes")
    assert [row["id"] for row in rows] == [str(change["id"]) for change in found]
    assert rows[0]["after_value_min"] == str(found[0]["after"]["value_min"])
    assert set(changes.COLUMNS) == {
        *(key for key in found[0] if key not in ("before", "after")),
        *(f"before_{key}" for key in found[0]["before"]),
        *(f"after_{key}" for key in found[0]["after"]),
    }
    [claim] = objects("claims")
    keys = {*claim, *claim["assertions"][0]} - {"assertions"}
    assert set(claims.COLUMNS) == keys
    [known] = objects("status")
    assert set(status.COLUMNS) == set(known["feeds"][0])


def test_a_spreadsheet_runs_nothing(store: Store) -> None:
    add_change(store, change(1, before=Side(HOSTILE), reason="@SUM(1)"), placement())
    *_, last = csv.DictReader(io.StringIO(good("changes", "--csv")))
    assert last["before_text"] == f"'{HOSTILE}"
    assert last["reason"] == "'@SUM(1)"
    assert cell("=") == "="


def test_json_and_csv_together_are_refused(store: Store) -> None:
    done = call("changes", "--json", "--csv")
    assert done.exit_code == 2
    assert "not both" in done.stderr

"""The pages over a generated history, and the scripts that make and measure it."""

from __future__ import annotations

import random
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("datasette", reason="needs the extra `review` (Datasette)")

from monitor.store import open_store
from tests import browser
from tests.review_desk import review

ROOT = Path(__file__).parents[1]


def script(path: str) -> ModuleType:
    """A script of the repository, as a module; it finds its neighbours."""
    beside = str((ROOT / path).parent)
    if beside not in sys.path:
        sys.path.append(beside)
    spec = util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "claimwatch.db"
    script("benchmarks/make_history.py").make(path, claims_=500)
    return path


def test_every_measured_page_answers(history: Path) -> None:
    pages = script("benchmarks/bench_review.py").pages
    with open_store(history, read_only=True) as store, review(history) as asked:
        for name, path in pages(store, random.Random(1)).items():
            for _ in range(2):
                assert asked.get(path()).status_code in (200, 404), name


def test_the_history_is_whole_and_the_same_each_time(
    history: Path, tmp_path: Path
) -> None:
    script("benchmarks/make_history.py").make(tmp_path / "again.db", claims_=500)
    with open_store(history) as one, open_store(tmp_path / "again.db") as other:
        assert one.all("PRAGMA foreign_key_check") == []
        assert one.all("PRAGMA integrity_check")[0][0] == "ok"
        tables = ("claims", "assertions", "changes", "change_labels", "revisions")
        for table in (*tables, "checks"):
            query = f"SELECT * FROM {table} ORDER BY 1, 2, 3"
            rows = [[tuple(row) for row in store.all(query)] for store in (one, other)]
            assert rows[0] == rows[1]
            assert rows[0]
        # what triggers would have made
        with one.writing() as db:
            before = sorted(tuple(r) for r in one.all("SELECT * FROM change_counts"))
            db.execute("CREATE TEMP TABLE kept AS SELECT * FROM changes")
            db.execute("DELETE FROM changes")
            db.execute("INSERT INTO changes SELECT * FROM kept")
            after = sorted(
                tuple(r)
                for r in one.all("SELECT * FROM change_counts WHERE changes > 0")
            )
        assert before == after


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.skipif(browser.why_not() is not None, reason=str(browser.why_not()))
def test_screenshots_are_made_of_every_page(tmp_path: Path) -> None:
    shots = script("docs/make_screenshots.py")
    shots.play(tmp_path / "claimwatch.db")
    made = shots.photograph(tmp_path, tmp_path)
    kept = {path.name for path in (ROOT / "docs/screenshots").glob("*.png")}
    assert {path.name for path in made} == kept
    for path in made:
        assert path.stat().st_size > 20_000, path.name

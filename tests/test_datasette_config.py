"""config/datasette.yaml names tables and columns that exist, and leaves none out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.store.database import Store, open_store

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def shown() -> dict[str, dict[str, Any]]:
    text = (ROOT / "config/datasette.yaml").read_text("utf-8")
    tables: dict[str, dict[str, Any]]
    tables = yaml.safe_load(text)["databases"]["claimwatch"]["tables"]
    return tables


@pytest.fixture
def columns(tmp_path: Path) -> dict[str, set[str]]:
    store: Store
    with open_store(tmp_path / "claimwatch.db") as store:
        names = [
            row[0]
            for row in store.all(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            )
        ]
        return {
            name: {
                row[0]
                for row in store.all("SELECT name FROM pragma_table_info(?)", (name,))
            }
            for name in names
        }


def test_named_tables_and_columns_exist(
    shown: dict[str, dict[str, Any]], columns: dict[str, set[str]]
) -> None:
    for table, how in shown.items():
        assert table in columns
        wanted = {how[key] for key in ("label_column", "sort_desc") if key in how}
        assert wanted | set(how.get("facets", ())) <= columns[table], table


def test_every_table_and_view_is_thought_of(
    shown: dict[str, dict[str, Any]], columns: dict[str, set[str]]
) -> None:
    # Datasette hides the tables of full-text search by itself
    ours = {
        n for n in columns if "_fts" not in n and not n.startswith(("_", "sqlite_"))
    }
    assert ours == set(shown)

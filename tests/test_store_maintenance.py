"""Backup, restore and check, on healthy, used, damaged and foreign files."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import StoreDamaged, StoreError, StoreForeign, StoreLocked
from monitor.store import describe, instance, maintenance, open_store, sqlite
from tests.store_rows import NOON, add_article, add_claim

ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "claimwatch.db"
    with open_store(path) as store:
        add_claim(store, article=add_article(store))
    return path


def claims_in(path: Path) -> int:
    with open_store(path) as store:
        return int(store.all("SELECT count(*) FROM claims")[0][0])


def spoil(path: Path) -> None:
    """Damage the middle of a file: its header and schema stay."""
    with sqlite_connection(path) as db:
        root = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'claims'"
        ).fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[(root - 1) * size : root * size] = b"\xa5" * size
    path.write_bytes(data)


class sqlite_connection:  # noqa: N801
    def __init__(self, path: Path) -> None:
        self.db = sqlite.connect(path, read_only=False, busy=1)

    def __enter__(self) -> sqlite.Connection:
        return self.db

    def __exit__(self, *_: object) -> None:
        self.db.close()


# ------------------------------------------------------------------ check


@pytest.mark.parametrize("thorough", [False, True])
def test_a_healthy_database_has_no_problems(path: Path, *, thorough: bool) -> None:
    assert maintenance.check(path, thorough=thorough) == maintenance.Checked((), ())


def test_damaged_pages_are_found(path: Path) -> None:
    spoil(path)
    assert maintenance.check(path).problems


def test_a_broken_reference_is_found(path: Path) -> None:
    with sqlite_connection(path) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DELETE FROM articles")
    [*problems] = maintenance.check(path).problems
    assert any(
        "sightings row 1 refers to a missing row of articles" in p for p in problems
    )


def test_a_stale_search_index_is_found(path: Path) -> None:
    with sqlite_connection(path) as db:
        db.execute("DROP TRIGGER claims_fts_update")
        db.execute("UPDATE claims SET text = 'quite other words'")
    [problem] = maintenance.check(path).problems
    assert "claims_fts" in problem


def test_a_check_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    maintenance.check(path, thorough=True)
    assert path.read_bytes() == before


def test_what_is_not_ours_or_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file"):
        maintenance.check(tmp_path / "none.db")
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader,\n" * 100)
    with pytest.raises(StoreForeign):
        maintenance.check(letter)


def test_one_who_may_only_read_can_check_all_but_the_search_index(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = maintenance.check(path)
    assert found.problems == ()
    assert found.skipped == ("the search index: it may not be written",)


# ------------------------------------------------------------------ backup


def test_a_backup_is_whole_while_others_write(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with open_store(path) as store, store.writing() as db:
        db.execute("DELETE FROM claims")
        maintenance.backup(path, target)
    assert claims_in(target) == 1
    assert claims_in(path) == 0
    assert maintenance.check(target, thorough=True).problems == ()
    assert sorted(p.name for p in tmp_path.iterdir() if "part" in p.name) == []


def test_a_backup_never_overwrites_unless_told_to(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match="--force"):
        maintenance.backup(path, target)
    assert target.read_text() == "precious"
    assert maintenance.backup(path, target, overwrite=True) == target.stat().st_size
    assert claims_in(target) == 1


def test_a_backup_onto_the_database_itself_is_refused(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    for target in (path, link):
        with pytest.raises(StoreError, match="the database itself"):
            maintenance.backup(path, target, overwrite=True)
    assert claims_in(path) == 1


def test_a_backup_has_the_rights_of_the_database(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    maintenance.backup(path, tmp_path / "copy.db")
    mode = (tmp_path / "copy.db").stat().st_mode & 0o777
    assert mode & ~0o640 == 0


def test_a_backup_that_can_not_be_written_leaves_nothing(
    path: Path, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="can't be opened or written"):
        maintenance.backup(path, tmp_path / "no" / "such" / "folder.db")
    assert [p for p in tmp_path.iterdir() if not p.name.startswith(path.name)] == []


# ------------------------------------------------------------------ restore


@pytest.fixture
def copy(path: Path, tmp_path: Path) -> Path:
    """A backup with one claim; the database has none any more."""
    copy = tmp_path / "copy.db"
    maintenance.backup(path, copy)
    with open_store(path) as store, store.writing() as db:
        db.execute("DELETE FROM claims")
    return copy


def test_restoring_brings_the_backup_and_keeps_the_old_file(
    path: Path, copy: Path
) -> None:
    path.chmod(0o640)
    aside = maintenance.restore(path, copy, now=NOON)
    assert aside == path.with_name("claimwatch.db.before-restore-20310304T120000Z")
    assert claims_in(path) == 1
    assert claims_in(aside) == 0
    assert path.stat().st_mode & 0o777 == 0o640
    assert maintenance.check(path, thorough=True).problems == ()
    assert [p for p in path.parent.iterdir() if p.name.startswith(".")] == []


def test_restoring_where_there_is_none_yet(copy: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "claimwatch.db"
    assert maintenance.restore(target, copy, now=NOON) is None
    assert claims_in(target) == 1


def test_a_running_daemon_is_not_robbed_of_its_database(path: Path, copy: Path) -> None:
    with instance.only_instance(path), pytest.raises(StoreLocked) as error:
        maintenance.restore(path, copy, now=NOON)
    assert str(os.getpid()) in str(error.value)
    assert claims_in(path) == 0


def test_neither_is_any_other_program(path: Path, copy: Path) -> None:
    with open_store(path) as store:
        store.all("SELECT * FROM feeds")
        with pytest.raises(StoreLocked, match="another program"):
            maintenance.restore(path, copy, now=NOON)
    assert claims_in(path) == 0


def test_a_damaged_backup_is_refused(path: Path, copy: Path) -> None:
    spoil(copy)
    with pytest.raises(StoreDamaged):
        maintenance.restore(path, copy, now=NOON)
    assert claims_in(path) == 0


@pytest.mark.parametrize("content", [b"", b"Dear reader,\n" * 100])
def test_what_is_no_backup_of_ours_is_refused(
    path: Path, copy: Path, content: bytes
) -> None:
    copy.write_bytes(content)
    with pytest.raises(StoreForeign):
        maintenance.restore(path, copy, now=NOON)
    assert claims_in(path) == 0


def test_a_damaged_database_can_be_replaced(path: Path, copy: Path) -> None:
    spoil(path)
    maintenance.restore(path, copy, now=datetime(2031, 1, 1, tzinfo=UTC))
    assert claims_in(path) == 1
    assert maintenance.check(path, thorough=True).problems == ()


# ------------------------------------------------------------------ its description


def test_the_description_of_the_tables_is_current() -> None:
    written = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
    assert written == describe.markdown(), (
        "run: python -m monitor.store.describe > docs/schema.md"
    )


def test_every_table_view_and_column_is_described(path: Path) -> None:
    text = describe.markdown()
    with open_store(path) as store:
        for row in store.all(
            "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%_fts_%' "
            "AND name NOT LIKE '\\_%' ESCAPE '\\'"
        ):
            mark = "##" if row["type"] == "table" else "###"
            assert f"\n{mark} {row['name']}\n" in text
            section = text.split(f"\n{mark} {row['name']}\n")[1].split("\n## ")[0]
            if "CREATE" in section.split("\n### ")[0]:
                continue
            for column in store.all(f"PRAGMA table_info({row['name']})"):
                assert f"| {column['name']} | {column['type']} |" in section

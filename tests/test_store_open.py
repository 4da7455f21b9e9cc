"""Opening the database: made, migrated by several at once, refused with a reason."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from monitor.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
)
from monitor.store import (
    Store,
    database,
    migrations,
    open_store,
    schema,
    sqlite,
)

ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "claimwatch.db"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)


def pragma(db: sqlite.Connection, name: str) -> object:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def one_line(error: pytest.ExceptionInfo[StoreError], path: Path) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert str(path) in text
    assert error.value.exit_code == 4
    return text


# ------------------------------------------------------------------ the good case


def test_a_new_database_is_durable_and_ours(path: Path) -> None:
    with open_store(path) as store:
        assert pragma(store.db, "journal_mode") == "wal"
        assert pragma(store.db, "synchronous") == 2
        assert pragma(store.db, "foreign_keys") == 1
        assert pragma(store.db, "application_id") == schema.APPLICATION_ID
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_opening_again_applies_nothing(path: Path) -> None:
    open_store(path).close()
    with open_store(path) as store:
        applied = store.all("SELECT name FROM _sqlite_migrations")
        assert [row[0] for row in applied] == [
            name for name, _ in migrations.MIGRATIONS
        ]
        assert migrations.pending(store.db) == []


def test_three_processes_that_start_at_once_all_succeed(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from monitor.store import open_store\n"
        "import sqlite_utils\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with open_store(Path(sys.argv[1])) as store:\n"
        "    print(store.one('SELECT count(*) FROM _sqlite_migrations')[0])\n"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        output, errors = child.communicate(timeout=60)
        assert (child.returncode, errors) == (0, "")
        assert output == f"{len(migrations.MIGRATIONS)}\n"


def test_a_migration_that_fails_leaves_nothing_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(path).close()
    broken = (
        "CREATE TABLE later (later_id INTEGER PRIMARY KEY) STRICT;\nCREATE NONSENSE;"
    )
    monkeypatch.setattr(
        migrations, "MIGRATIONS", (*migrations.MIGRATIONS, ("0002_broken", broken))
    )
    with pytest.raises(StoreError, match="NONSENSE"):
        open_store(path)
    monkeypatch.undo()
    with open_store(path) as store:
        assert store.all("SELECT name FROM sqlite_master WHERE name = 'later'") == []
        assert not store.db.in_transaction


def test_a_later_migration_is_applied_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(path).close()
    later = "CREATE TABLE later (later_id INTEGER PRIMARY KEY) STRICT;"
    monkeypatch.setattr(
        migrations, "MIGRATIONS", (*migrations.MIGRATIONS, ("0002_later", later))
    )
    with pytest.raises(StoreForeign, match="db migrate"):
        open_store(path, read_only=True)
    open_store(path).close()
    with open_store(path, read_only=True) as store:
        assert store.all("SELECT * FROM later") == []


# ------------------------------------------------------------------ refusals


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    db = sqlite.connect(path, read_only=False, busy=1)
    db.execute("CREATE TABLE theirs (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreForeign) as error:
        open_store(path)
    assert "another program's" in one_line(error, path)
    # the switch to WAL rewrites two bytes of the header at most
    db = sqlite.connect(path, read_only=True, busy=1)
    assert [row[0] for row in db.execute("SELECT name FROM sqlite_master")] == [
        "theirs"
    ]
    db.close()
    assert len(path.read_bytes()) == len(before)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader,\n" * 200)
    before = path.read_bytes()
    with pytest.raises(StoreForeign) as error:
        open_store(path)
    assert "not a SQLite database" in one_line(error, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_database_is_refused(path: Path, *, read_only: bool) -> None:
    with open_store(path) as store, store.writing() as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('claimwatch', '9999_from_the_future', '2031-01-01')"
        )
    with pytest.raises(StoreForeign) as error:
        open_store(path, read_only=read_only)
    text = one_line(error, path)
    assert "newer Claimwatch" in text
    assert "9999_from_the_future" in text


def test_without_a_database_reading_says_how_to_get_one(path: Path) -> None:
    with pytest.raises(StoreError) as error:
        open_store(path, read_only=True)
    assert "claimwatch run" in one_line(error, path)
    assert not path.exists()


@pytest.mark.usefixtures("impatient")
def test_a_locked_database_is_waited_for_and_then_named(path: Path) -> None:
    with open_store(path) as store:
        other = sqlite.connect(path, read_only=False, busy=0)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked) as error, store.writing():
            raise AssertionError("must not be reached")
        one_line(error, path)
        assert store.all("SELECT * FROM feeds") == []
        other.execute("ROLLBACK")
        other.close()
        with store.writing() as db:
            db.execute("INSERT INTO tombstones VALUES ('u', '2031-01-01T00:00:00Z')")


def test_a_read_only_store_refuses_to_write(path: Path) -> None:
    open_store(path).close()
    with open_store(path, read_only=True) as store:
        with pytest.raises(StoreReadOnly), store.writing() as db:
            db.execute("DELETE FROM feeds")
        assert store.all("SELECT * FROM feeds") == []


def test_a_full_disk_is_named_and_loses_nothing(path: Path) -> None:
    with open_store(path) as store:
        with store.writing() as db:
            db.execute("INSERT INTO tombstones VALUES ('kept', '2031-01-01T00:00:00Z')")
        pages = pragma(store.db, "page_count")
        store.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreFull) as error:
            insert_all(store, (f"{number} {'x' * 80}" for number in range(5000)))
        assert "no space left" in one_line(error, path)
        assert not store.db.in_transaction
        assert [r[0] for r in store.all("SELECT url FROM tombstones")] == ["kept"]


def test_a_damaged_database_is_named(path: Path) -> None:
    with open_store(path) as store, store.writing() as db:
        for number in range(2000):
            db.execute(
                "INSERT INTO tombstones VALUES (?, '2031-01-01T00:00:00Z')",
                (f"https://gazette.example/{number}",),
            )
    data = bytearray(path.read_bytes())
    # all but the schema's own pages
    data[len(data) // 2 :] = b"\xa5" * (len(data) - len(data) // 2)
    path.write_bytes(data)
    with pytest.raises(StoreDamaged) as error, open_store(path) as store:
        store.all("SELECT * FROM tombstones ORDER BY url DESC")
    assert "db restore" in one_line(error, path)


def test_an_old_sqlite_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match=r"3\.34\.1 is too old"):
        open_store(path)


@pytest.mark.parametrize(
    ("version", "buggy"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_versions_with_the_wal_reset_bug(
    version: tuple[int, ...], *, buggy: bool
) -> None:
    assert sqlite.has_wal_reset_bug(version) is buggy


def test_one_sqlite_library_serves_the_whole_process(path: Path) -> None:
    from sqlite_utils.utils import sqlite3 as theirs

    with open_store(path) as store:
        assert isinstance(store.db, theirs.Connection)


# ------------------------------------------------------------------ writing


def insert(db: sqlite.Connection, url: str) -> None:
    db.execute("INSERT INTO tombstones VALUES (?, '2031-01-01T00:00:00Z')", (url,))


def insert_all(store: Store, urls: Iterable[str]) -> None:
    """Each in a block of its own, inside one block."""
    with store.writing():
        for url in urls:
            with store.writing() as inner:
                insert(inner, url)


def test_an_error_takes_the_whole_block_back(path: Path) -> None:
    with open_store(path) as store:
        with pytest.raises(ZeroDivisionError):
            insert_all(store, (f"{1 / (3 - number)}" for number in range(5)))
        assert store.all("SELECT * FROM tombstones") == []
        insert_all(store, ["three", "four"])
        assert len(store.all("SELECT * FROM tombstones")) == 2


def test_threads_take_turns_with_connections_of_their_own(path: Path) -> None:
    with open_store(path) as store:
        # held, for the id of one that is gone may be used again
        connections: list[sqlite.Connection] = []

        def work(name: str) -> None:
            for number in range(20):
                with store.writing() as db:
                    count = db.execute("SELECT count(*) FROM tombstones").fetchone()[0]
                    insert(db, f"{name} {number} {count}")
            connections.append(store.db)
            store.close()

        threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(map(id, connections))) == 4
        counts = [r[0].split()[-1] for r in store.all("SELECT url FROM tombstones")]
        # a read before a write saw every earlier write: none was lost
        assert sorted(map(int, counts)) == list(range(80))


def test_a_connection_is_closed_with_its_thread(path: Path) -> None:
    def opened() -> int:
        links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return sum(str(link.readlink()) == str(path) for link in links)

    with open_store(path) as store:
        before = opened()

        def work() -> None:
            store.one("SELECT 1")
            during.append(opened())

        during: list[int] = []
        for _ in range(3):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        # SQLite keeps the descriptor of the last one for the next
        assert during == [before + 1] * 3


def test_a_reader_is_not_held_up_by_a_writer(path: Path) -> None:
    with open_store(path) as store, open_store(path, read_only=True) as reader:
        with store.writing() as db:
            insert(db, "unseen")
            assert reader.all("SELECT * FROM tombstones") == []
        assert len(reader.all("SELECT * FROM tombstones")) == 1

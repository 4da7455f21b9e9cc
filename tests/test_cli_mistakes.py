"""What a stranger does wrong is one line, which names it and says what to do."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from monitor.store import Store
from tests import newsroom
from tests.cli_calls import CLAIMWATCH, ROOT, call, refused

pytestmark = pytest.mark.usefixtures("place")


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("once",), ("db", "check"), ("db", "restore", "elsewhere")],
    ids=" ".join,
)
def test_a_folder_is_no_database(place: Path, arguments: tuple[str, ...]) -> None:
    for name in ("claimwatch.db", "elsewhere"):
        (place / name).mkdir()
    line = refused(4, *arguments)
    assert "is a folder; name a file in it" in line
    assert ("elsewhere" if "restore" in arguments else "claimwatch.db") in line


def test_a_backup_does_not_go_where_a_folder_is(store: Store, place: Path) -> None:
    for options in ((), ("--force",)):
        line = refused(4, "db", "backup", *options, place)
        assert line == f"claimwatch: {place}: is a folder; name a file in it"


def with_files_up_to(size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a full disk does to a command: no file grows beyond this size."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        [*CLAIMWATCH, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_full_disk_is_said_of_the_backup_not_of_the_database(
    store: Store, place: Path
) -> None:
    done = with_files_up_to(50_000, "db", "backup", "copy.db")
    assert done.returncode == 4
    assert done.stderr.startswith("claimwatch: copy.db: no space left")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in place.iterdir() if "copy" in path.name] == []


@pytest.mark.parametrize("size", [0, 50_000])
@pytest.mark.parametrize("command", ["run", "once"])
def test_a_disk_full_from_the_start_is_one_line(
    command: str, size: int, place: Path
) -> None:
    done = with_files_up_to(size, command)
    assert done.returncode == 4
    last = done.stderr.splitlines()[-1]
    assert last.startswith("claimwatch: ")
    assert "no space left" in last
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("unbuffered", ["1", ""])
@pytest.mark.parametrize(
    "arguments",
    [("status",), ("--help",), ("feeds", "export", "/dev/full")],
    ids=" ".join,
)
def test_an_output_that_is_full_is_one_line(
    arguments: tuple[str, ...], unbuffered: str, store: Store
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*CLAIMWATCH, *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert (
        done.stderr == "claimwatch: can't write the output: No space left on device\n"
    )


def test_once_says_a_failure_once(tmp_path: Path) -> None:
    path = tmp_path / "claimwatch.toml"
    path.write_text(
        '[[feeds]]\nname = "a"\nurl = "http://127.0.0.1:9/"\nallow_private = true\n'
    )
    done = subprocess.run(
        [*CLAIMWATCH, "--config", path, "--database", tmp_path / "x.db", "once"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert (done.stdout + done.stderr).count("Connection refused") == 1


def test_a_closed_output_is_no_traceback(store: Store) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *CLAIMWATCH, "status"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_check_of_a_damaged_database_says_what_to_do(place: Path) -> None:
    database = newsroom.filled(place)
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xde\xad" * 20_000)
    done = call("db", "check")
    assert done.exit_code == 4
    assert "put a backup back with `claimwatch db restore`" in done.stdout


def test_a_demo_stays_out_of_a_database_that_is_there(store: Store) -> None:
    assert "exists already" in refused(2, "demo", "--exit", "--database", store.path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'[claimwatch]\nx = "\xff"', "is not UTF-8 at byte 18; save it as UTF-8"),
        (None, "can't be read: is a directory"),
    ],
)
def test_a_file_that_is_no_configuration(
    place: Path, content: bytes | None, told: str
) -> None:
    path = place / "mine.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    assert refused(3, "check-config", "--config", path) == f"claimwatch: {path}: {told}"


@pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root"
)
def test_a_configuration_that_may_not_be_read(place: Path) -> None:
    path = place / "secret.toml"
    path.write_text("")
    path.chmod(0)
    # root reads everything unless it gives that up
    plain = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
    done = subprocess.run(
        [
            *(plain if os.geteuid() == 0 else []),
            *CLAIMWATCH,
            "status",
            "--config",
            path,
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert done.stderr == f"claimwatch: {path}: can't be read: permission denied\n"


def test_a_list_of_feeds_that_is_none_is_named(place: Path) -> None:
    path = place / "feeds.opml"
    path.write_text("<html></html>")
    line = refused(1, "feeds", "import", path)
    assert line == f"claimwatch: {path}: is not OPML: the document is <html>"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ack", "x"), '"x" is not an id: give an alert (A-17f3c0de)'),
        (("ack", "12"), '"12" is no alert: give an alert (A-17f3c0de)'),
        (("note", "x", "y"), '"x" is not an id: give a claim (12)'),
        (("pin", "c1"), '"c1" is no claim: give a claim (12)'),
        (("channels", "test", "desc"), 'there is no channel "desc"; known: '),
        (("feeds", "add", "ftp://a.example/"), "must begin with http:// or https://"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_word_is_told_with_what_would_do(
    store: Store, arguments: tuple[str, ...], told: str
) -> None:
    done = call(*arguments)
    assert done.exit_code in (2, 3)
    assert done.stderr.startswith("claimwatch: ")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_page_that_is_no_feed_is_named(place: Path) -> None:
    line = refused(1, "feeds", "test", "http://127.0.0.1:9/x.xml")
    assert "http://127.0.0.1:9/x.xml" in line
    assert "--allow-private allows it" in line


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--host", "no.such.invalid"), 2, "--host no.such.invalid: is no name or"),
        (("--host", "203.0.113.7"), 1, "--host takes an address of this machine"),
        (("--port", "{taken}"), 1, "in use); --port 0 picks a free one"),
    ],
    ids=["no such name", "not ours", "taken"],
)
def test_the_pages_say_why_they_can_not_be_served(
    store: Store, options: tuple[str, ...], code: int, told: str
) -> None:
    pytest.importorskip("datasette", reason="needs the extra `review` (Datasette)")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given = [option.format(taken=port) for option in options]
        line = refused(code, "review", *given)
    assert told in line
    assert "attempting" not in line

"""The shipped units: well-formed, hardened, and working in a machine that boots."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import boot
from tests.servers import NewsServer

ROOT = Path(__file__).parents[1]
UNITS = sorted((ROOT / "systemd").iterdir())
PROGRAM = [sys.executable, "-m", "monitor.cli"]
# starting costs seconds of processor time, and the machine may be busy
LIMIT = 60.0
HIGHEST_EXPOSURE = 1.2

ANALYZE = shutil.which("systemd-analyze")
needs_analyze = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is absent")


def analyze(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ANALYZE or "", *argv],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


@needs_analyze
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_unit_is_well_formed(unit: Path, tmp_path: Path) -> None:
    # the program is not installed on the machine that tests
    for path in UNITS:
        text = path.read_text("utf-8")
        text = text.replace("/opt/claimwatch/bin/claimwatch", "/bin/true")
        (tmp_path / path.name).write_text(text)
    shown = tmp_path / unit.name.replace("@.", "@claimwatch.service.")
    if shown.name != unit.name:
        (tmp_path / unit.name).rename(shown)
    done = analyze("verify", "--man=no", "--recursive-errors=no", str(shown))
    complaints = [
        line
        for line in (done.stdout + done.stderr).splitlines()
        # in a container without a running systemd it can't look at cgroups
        if str(tmp_path) in line or unit.name in line
    ]
    assert complaints == []


@needs_analyze
def test_verify_would_complain(tmp_path: Path) -> None:
    """The check above can fail."""
    unit = tmp_path / "claimwatch.service"
    text = (ROOT / "systemd/claimwatch.service").read_text("utf-8")
    unit.write_text(text.replace("ProtectHome=yes", "ProtectHom=yes"))
    done = analyze("verify", "--man=no", "--recursive-errors=no", str(unit))
    assert "ProtectHom" in done.stdout + done.stderr


@needs_analyze
@pytest.mark.parametrize("unit", ["claimwatch", "claimwatch-review"])
def test_unit_is_hardened(unit: str) -> None:
    path = ROOT / f"systemd/{unit}.service"
    done = analyze("security", "--offline=true", str(path))
    found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) <= HIGHEST_EXPOSURE


def test_units_name_what_exists() -> None:
    """OnFailure= and the timer point to units that are shipped."""
    names = {path.name for path in UNITS}
    text = (ROOT / "systemd/claimwatch.service").read_text("utf-8")
    assert "#OnFailure=status-mail@%n.service" in text
    assert {"status-mail@.service", "claimwatch-once.service"} <= names
    assert "claimwatch-once.timer" in names


# ------------------------------------------------------------------ sd_notify


class Listener:
    """systemd's end of NOTIFY_SOCKET."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.settimeout(1.0)
        self.heard: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None

    def wait_for(self, word: str) -> None:
        """Block until this arrives, from now on; fails after a while."""
        end = time.monotonic() + LIMIT
        while True:
            try:
                lines = self._socket.recv(4096).decode().splitlines()
            except TimeoutError:
                ended = self.process is not None and self.process.poll() is not None
                assert not ended, f"the daemon ended before it said {word}"
                assert time.monotonic() < end, f"no {word} after {self.heard}"
                continue
            self.heard += lines
            if word in lines:
                return

    def close(self) -> None:
        self._socket.close()


@contextmanager
def running(config: Path, **environ: str) -> Iterator[tuple[Any, Listener]]:
    """The daemon, as systemd starts it, and what it tells systemd."""
    # a socket's path may have 107 bytes, which pytest's folders exceed
    with tempfile.TemporaryDirectory() as folder:
        listener = Listener(Path(folder))
        with (config.parent / "log").open("w") as log:
            process = subprocess.Popen(
                [*PROGRAM, "run", "--config", str(config)],
                cwd=config.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    "NOTIFY_SOCKET": str(listener.path),
                    "JOURNAL_STREAM": "8:1",
                    "PYTHONPATH": str(ROOT),
                    **environ,
                },
            )
            listener.process = process
            try:
                yield process, listener
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
                listener.close()


def configure(
    folder: Path, news: NewsServer, *, interval: str = "15m", path: str = "/feed.xml"
) -> Path:
    news.put(
        "/feed.xml",
        '<rss version="2.0"><channel><title>Gazette</title></channel></rss>',
        content_type="application/rss+xml",
    )
    file = folder / "claimwatch.toml"
    file.write_text(
        f"""
        [claimwatch]
        database = "claimwatch.db"
        tick = "1s"
        [[feeds]]
        name = "gazette"
        url = "{news.url(path)}"
        interval = "{interval}"
        allow_private = true
        """
    )
    return file


def test_daemon_keeps_systemd_informed(tmp_path: Path) -> None:
    with NewsServer() as news:
        config = configure(tmp_path, news, interval="1s")
        with running(config) as (process, systemd):
            systemd.wait_for("READY=1")
            systemd.wait_for("WATCHDOG=1")
            # work goes on, and with it the sign of life
            assert news.wait_for_requests(2)
            systemd.wait_for("WATCHDOG=1")

            config.write_text(config.read_text("utf-8") + "\n[nonsense]\n")
            process.send_signal(signal.SIGHUP)
            systemd.wait_for("RELOADING=1")
            systemd.wait_for("READY=1")
            count = len(news.requests)
            assert news.wait_for_requests(count + 1), "the old configuration is gone"

            asked = threading.Event()
            news.handle("/moved.xml", lambda exchange: (exchange.send(), asked.set()))
            configure(tmp_path, news, interval="1s", path="/moved.xml")
            process.send_signal(signal.SIGHUP)
            systemd.wait_for("RELOADING=1")
            systemd.wait_for("READY=1")
            assert asked.wait(LIMIT), "the new configuration is not in force"
            systemd.wait_for("WATCHDOG=1")

            process.terminate()
            systemd.wait_for("STOPPING=1")
            assert process.wait(LIMIT) == 0
    log = (tmp_path / "log").read_text("utf-8")
    assert "<3>reload: nonsense" in log
    assert "<3>reload: the old configuration stays in force" in log
    assert "<6>reloaded feeds=1" in log
    assert log.splitlines()[-1] == "<6>daemon stopped"


def test_a_wrong_configuration_never_says_ready(tmp_path: Path) -> None:
    with NewsServer() as news:
        config = configure(tmp_path, news)
        config.write_text(config.read_text("utf-8") + "\n[nonsense]\n")
        with running(config) as (process, systemd):
            assert process.wait(LIMIT) == 3
            assert systemd.heard == []
            systemd._socket.setblocking(False)
            with pytest.raises(BlockingIOError):
                systemd._socket.recv(1)


def test_credentials_are_read(tmp_path: Path) -> None:
    """url_file with a bare name is looked for where systemd puts credentials."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    with NewsServer() as news:
        config = configure(tmp_path, news)
        (folder / "gazette-url").write_text(news.url("/feed.xml") + "\n")
        text = re.sub(r"url = .*", 'url_file = "gazette-url"', config.read_text())
        config.write_text(text)
        with running(config, CREDENTIALS_DIRECTORY=str(folder)) as (process, systemd):
            systemd.wait_for("READY=1")
            assert news.wait_for_requests(1)
            process.terminate()
            assert process.wait(LIMIT) == 0


# ------------------------------------------------------------------ a real boot


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a probe saw in a machine that booted with the shipped unit."""
    reason = boot.why_not()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("boot")
    wheel = boot.build_wheel(folder / "dist")
    boot.build(folder / "root", wheel)
    found = boot.boot(folder / "root")
    if not found["booted"]:
        pytest.skip(f"systemd-nspawn can't boot here: {found['output'][-400:]}")
    assert "failed" not in found, found["failed"]
    return found


@pytest.mark.long
@pytest.mark.timeout(400)
class TestBooted:
    def test_works_under_all_hardening(self, seen: dict[str, Any]) -> None:
        assert seen["active"] == "active", seen["journal"]
        assert seen["articles"] == 1
        assert seen["claims"] >= 2
        assert "at least 12 → at least 19 people" in seen["alerted"].encode().decode(
            "unicode_escape"
        )

    def test_restarts_after_a_kill_and_goes_on(self, seen: dict[str, Any]) -> None:
        assert seen["restarts"] == "1"
        assert seen["active_after_kill"] == "active"
        assert seen["orphans"] is True
        assert seen["alerted_again"]

    def test_reloads_and_refuses_a_wrong_file(self, seen: dict[str, Any]) -> None:
        assert seen["complained"]
        assert seen["reloaded"]
        assert seen["pid_kept"]

    def test_stops_cleanly(self, seen: dict[str, Any]) -> None:
        assert seen["result"] == "success"
        assert seen["status"] == "0"
        assert seen["stop_seconds"] < 5

    def test_only_its_group_may_read(self, seen: dict[str, Any]) -> None:
        for modes in (seen["modes_up"], seen["modes_down"]):
            assert modes.pop("claimwatch") == "2770"
            assert set(modes.values()) == {"660"}
            assert "claimwatch.db" in modes
        assert seen["stranger_up"] == -1

    def test_a_second_user_reviews(self, seen: dict[str, Any]) -> None:
        assert seen["reader_up"] >= 2
        assert seen["reader_down"] >= seen["reader_up"]
        # and leaves nothing behind that the service can't use
        assert seen["active_after_reading"] == "active"

    def test_the_review_pages_run_beside_it_and_alone(
        self, seen: dict[str, Any]
    ) -> None:
        for found in (seen["review_up"], seen["review_down"]):
            assert found == {"noted": True, "user": "claimwatch-review", "by": True}

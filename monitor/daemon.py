"""The daemon: a few coarse jobs, signals, watchdog, reload. [apscheduler]

APScheduler holds no state of ours: each job asks the database what is due, so a
restart simply carries on. The main thread watches: it feeds systemd's watchdog only
while the jobs make progress, and notices when the wall clock is set.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from types import FrameType
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from monitor import __version__
from monitor.analysis import Analyst
from monitor.errors import ClaimwatchError, ConfigError, FetchError
from monitor.fetch import Fetcher
from monitor.model import Message, Request
from monitor.notify import Notifier
from monitor.pipeline import Service, check, deliver, hosts, poll
from monitor.pipeline.opening import WORKERS, sync_feeds
from monitor.pipeline.tidy import tidy
from monitor.settings import LONGEST_TICK, Config, HeartbeatConfig
from monitor.store import leases

log = logging.getLogger("monitor.daemon")

# What tidy removes is days old at least.
TIDY_EVERY = timedelta(hours=1)
# The longest unit of work (20 s fetch, 30 s analysis, 30 s send), twice and more.
STALLED_AFTER = 180.0
# Smaller steps of the wall clock are the work of NTP and harm nothing.
CLOCK_STEP = timedelta(seconds=10)
# How long messages under way may take at the end (s); systemd waits 90.
LAST_MESSAGES = 3.0


@dataclass
class _Job:
    """A stage with the lock that `reload` takes and its sign of life."""

    name: str
    run: Callable[[Service], object]
    turn: threading.Lock = field(default_factory=threading.Lock)
    busy_since: float | None = None
    # the last trouble, so that a lasting one is told once and not at each tick
    trouble: str | None = None


class Daemon:
    """Runs the stages until `stop`; `reload` gives a new configuration or fails."""

    def __init__(
        self,
        service: Service,
        *,
        reload: Callable[[], Config] | None = None,
        console: Callable[[Message], None] | None = None,
    ) -> None:
        self.service = service
        self._reload = reload
        self._console = console
        self._wake = threading.Event()
        self._reload_asked = threading.Event()
        self._replaced = ExitStack()
        self._new_config: Config | None = None
        service.is_daemon = True
        self._jobs = [
            _Job("poll", poll),
            _Job("check", check),
            _Job("deliver", deliver),
            _Job("tidy", tidy),
        ]
        self._scheduler: Any = BackgroundScheduler(
            timezone=UTC,
            job_defaults={
                # its default grace of 1 s skips late runs for good
                "misfire_grace_time": None,
                "coalesce": True,
                "max_instances": 1,
            },
        )
        self._progress = (-1, service.clock.monotonic())
        self._clocks = (service.clock.now(), service.clock.monotonic())
        self._heartbeat = (0, 0.0)

    def stop(self) -> None:
        """End soon: what is under way is finished or left for the next start."""
        self.service.stop.set()
        self._wake.set()

    def run(self) -> None:
        """Work until `stop` is called or a signal says so."""
        self._install_signals()
        # its INFO lines say nothing that ours do not
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        tick = min(self.service.config.tick, LONGEST_TICK)
        for job in self._jobs:
            every = TIDY_EVERY if job.name == "tidy" else tick
            self._scheduler.add_job(
                self._run_job,
                "interval",
                seconds=every.total_seconds(),
                args=[job],
                id=job.name,
                next_run_time=self.service.clock.now(),
            )
        self._scheduler.start()
        notify_systemd("READY=1", "STATUS=watching")
        log.info(
            "daemon started database=%s feeds=%d channels=%d",
            self.service.config.database,
            len(self.service.config.feeds),
            len(self.service.config.channels),
        )
        try:
            while not self.service.stop.is_set():
                self._watch()
                self._wake.wait(1.0)
                self._wake.clear()
        finally:
            self._end()

    # ------------------------------------------------------------------ jobs

    def _run_job(self, job: _Job) -> None:
        with job.turn:
            if self.service.stop.is_set() or self.service.pause.is_set():
                return
            job.busy_since = self.service.clock.monotonic()
            try:
                job.run(self.service)
            except ClaimwatchError as error:
                self._tell_trouble(job, str(error))
            except Exception as error:
                if job.trouble != repr(error):
                    log.exception("%s failed", job.name)
                job.trouble = repr(error)
            else:
                if job.trouble is not None:
                    log.warning("%s works again", job.name)
                job.trouble = None
            finally:
                job.busy_since = None
                if job.name == "poll":
                    self._run_soon("check")
                elif job.name == "check":
                    self._run_soon("deliver")

    @staticmethod
    def _tell_trouble(job: _Job, text: str) -> None:
        """One clear line, once, however many ticks it lasts."""
        if job.trouble != text:
            log.error("%s: %s", job.name, text)
        job.trouble = text

    def _run_soon(self, name: str) -> None:
        """Let the next stage look at once: an article need not wait for the tick."""
        if self.service.stop.is_set():
            return
        job = next(job for job in self._jobs if job.name == name)
        if job.busy_since is None and self._scheduler.get_job(name) is not None:
            self._scheduler.modify_job(name, next_run_time=self.service.clock.now())

    # ------------------------------------------------------------------ watching

    def _watch(self) -> None:
        if self._reload_asked.is_set():
            self._reload_asked.clear()
            self.reload()
        self._take_over()
        self._watch_clock()
        now = self.service.clock.monotonic()
        if not self._is_stalled(now):
            notify_systemd("WATCHDOG=1")
        self._beat(now)

    def _is_stalled(self, now: float) -> bool:
        """Whether some stage is busy while no unit of work was finished for long."""
        count, since = self._progress
        if self.service.progress != count:
            self._progress = (self.service.progress, now)
            return False
        busy = [job.busy_since for job in self._jobs if job.busy_since is not None]
        return bool(busy) and now - max(since, min(busy)) > STALLED_AFTER

    def _watch_clock(self) -> None:
        """A wall clock set back would leave everything due far ahead."""
        wall, monotonic = self.service.clock.now(), self.service.clock.monotonic()
        last_wall, last_monotonic = self._clocks
        self._clocks = (wall, monotonic)
        jump = (wall - last_wall) - timedelta(seconds=monotonic - last_monotonic)
        if jump > -CLOCK_STEP:
            return
        log.warning("the clock was set back by %s; due times move with it", -jump)
        try:
            leases.shift(self.service.store, jump, now=wall)
            hosts.recall_pauses(self.service)
        except ClaimwatchError as error:
            log.error("can't move due times: %s", error)  # noqa: TRY400
        for job in self._jobs:
            self._scheduler.modify_job(job.name, next_run_time=wall)

    def _beat(self, now: float) -> None:
        """GET the heartbeat URL after real progress, at most once per `every`."""
        config = self.service.config.heartbeat
        count, at = self._heartbeat
        if config.url is None or now - at < config.every.total_seconds():
            return
        if self.service.progress == count and at:
            return
        self._heartbeat = (self.service.progress, now)
        # in a thread of the scheduler: a host that hangs must not stop the watch
        self._scheduler.add_job(
            self._send_heartbeat, args=[config], id="heartbeat", replace_existing=True
        )

    def _send_heartbeat(self, config: HeartbeatConfig) -> None:
        if config.url is None:
            return
        try:
            request = Request(
                url=config.url, allow_private=config.allow_private, body_limit=65_536
            )
            self.service.fetcher.get(request)
        except FetchError as error:
            log.warning("heartbeat: %s", error.kind)

    # ------------------------------------------------------------------ signals

    def _install_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return

        def ask_stop(number: int, frame: FrameType | None) -> None:
            self.stop()

        def ask_reload(number: int, frame: FrameType | None) -> None:
            self._reload_asked.set()
            self._wake.set()

        signal.signal(signal.SIGTERM, ask_stop)
        signal.signal(signal.SIGINT, ask_stop)
        signal.signal(signal.SIGHUP, ask_reload)

    def reload(self) -> bool:
        """Read the configuration anew; a wrong one is reported and the old kept.

        It takes force as soon as the stages have finished what they have under way.
        """
        if self._reload is None:
            return False
        notify_systemd("RELOADING=1")
        try:
            config = self._reload()
        except ConfigError as error:
            for problem in error.problems:
                log.error("reload: %s", problem)  # noqa: TRY400
            log.error("reload: the old configuration stays in force")  # noqa: TRY400
            return False
        except ClaimwatchError as error:
            log.error("reload: %s; the old configuration stays", error)  # noqa: TRY400
            return False
        finally:
            notify_systemd("READY=1")
        if config.database != self.service.config.database:
            log.error("reload: another database needs a restart; the old stays")
            return False
        self._new_config = config
        self.service.pause.set()
        return True

    def _take_over(self) -> None:
        """Let a new configuration take force if all stages stand still."""
        config = self._new_config
        if config is None:
            return
        with ExitStack() as turns:
            for job in self._jobs:
                if not job.turn.acquire(blocking=False):
                    return  # the watch goes on; the next look tries again
                turns.callback(job.turn.release)
            self._new_config = None
            try:
                self._swap(config)
            except ClaimwatchError as error:
                log.error("reload: %s; the old stays in force", error)  # noqa: TRY400
                return
            finally:
                self.service.pause.clear()
        log.info(
            "reloaded feeds=%d channels=%d", len(config.feeds), len(config.channels)
        )
        for name in ("poll", "deliver"):
            self._run_soon(name)

    def _swap(self, config: Config) -> None:
        """Replace what depends on the configuration; all stages stand still."""
        service, old = self.service, self.service.config
        sync_feeds(service.store, config, service.clock)
        if (config.channels, config.delivery) != (old.channels, old.delivery):
            service.notifier.close()
            service.notifier = self._replaced.enter_context(
                Notifier(config.channels, config.delivery, console=self._console)
            )
        manners = (config.fetch, config.user_agent_contact)
        if manners != (old.fetch, old.user_agent_contact):
            service.fetcher.close()
            service.fetcher = self._replaced.enter_context(
                Fetcher(
                    config.fetch,
                    contact=config.user_agent_contact,
                    version=__version__,
                )
            )
        if config.aliases != old.aliases:
            service.analyst.close()
            service.analyst = self._replaced.enter_context(
                Analyst(workers=WORKERS, aliases=config.aliases)
            )
        service.config = config
        if config.tick != old.tick:
            tick = min(config.tick, LONGEST_TICK).total_seconds()
            for job in self._jobs:
                if job.name != "tidy":
                    self._scheduler.reschedule_job(
                        job.name, trigger="interval", seconds=tick
                    )

    def _end(self) -> None:
        notify_systemd("STOPPING=1")
        self.service.stop.set()
        # a fetch or an analysis under way is abandoned: its row stays due
        self.service.fetcher.close()
        self.service.analyst.close()
        # a message that is nearly through is not repeated after the next start
        sending = next(job for job in self._jobs if job.name == "deliver")
        if sending.turn.acquire(timeout=LAST_MESSAGES):
            sending.turn.release()
        self.service.notifier.close()
        # the scheduler waits with the lock in hand that `_run_soon` needs
        for job in self._jobs:
            with job.turn:
                continue
        self._scheduler.shutdown(wait=True)
        self._replaced.close()
        log.info("daemon stopped")


def notify_systemd(*lines: str) -> None:
    """Tell systemd (sd_notify(3)); nothing happens without NOTIFY_SOCKET."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            log.debug("systemd does not listen: %s", error)

"""The fetcher: a synchronous face for an event loop that runs in its own thread."""

from __future__ import annotations

import asyncio
import logging
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp

from monitor import urls
from monitor.errors import FetchError
from monitor.fetch import guard, hops
from monitor.fetch.door import IDLE_FOR, LONGEST_HEADERS, Door
from monitor.fetch.handover import Handover
from monitor.fetch.pacing import Batch, Job, Pacer
from monitor.fetch.readiness import Readiness
from monitor.model import Request, Response
from monitor.settings import FetchConfig

K = TypeVar("K")

# How soon a caller notices its stop event.
_GLANCE = 0.2
# How long `rolling` waits for an answer before its caller may do something else.
_MOMENT = 0.05
# What feeds and pages come as; some hosts answer 406 or HTML without it.
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, text/html,"
    " application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
)

_log = logging.getLogger(__name__)


class Fetcher:
    """Fetches for any number of threads at once; a context manager.

    `tls` and `lookup` replace the machine's trust store and resolver.
    """

    def __init__(
        self,
        config: FetchConfig,
        *,
        contact: str,
        version: str,
        tls: ssl.SSLContext | None = None,
        lookup: guard.Lookup = socket.getaddrinfo,
    ) -> None:
        about = f" (+{contact})" if contact else ""
        self._headers = {
            "User-Agent": f"Claimwatch/{version}{about}",
            "Accept": _ACCEPT,
            # nothing that we don't decompress ourselves
            "Accept-Encoding": "gzip, deflate",
        }
        self._config = config
        self._deadline = config.timeout.total_seconds()
        # one for all: building a trust store takes 35 ms, a handshake 2
        self._tls = tls or _trust()
        self._lookup = lookup
        self._lock = threading.Lock()
        self._batches: set[Batch] = set()
        self._closed = False
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fetch", daemon=True)
        self._loop: asyncio.AbstractEventLoop
        self._ending: asyncio.Event
        self._pacer: Pacer[tuple[Any, Request]]
        self._doors: hops.Doors

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def many(
        self,
        requests: Iterable[tuple[K, Request]],
        *,
        stop: threading.Event | None = None,
    ) -> Iterator[tuple[K, Response | FetchError]]:
        """Fetch all, yielding each as it finishes, in no order.

        Ends early when the fetcher is closed or `stop` is set; what was not yielded
        was not done. Leaving the loop cancels the rest.
        """
        results: Handover[tuple[K, Response | FetchError]] = Handover()
        batch = Batch(results)
        jobs = [
            Job(urls.host(request.url), (key, request), batch)
            for key, request in requests
        ]
        if not jobs or not self._submit(batch, jobs):
            return
        try:
            for _ in jobs:
                result = _next(results, stop)
                if result is None:
                    return
                self._tell_taken(batch)
                yield result
        finally:
            self._leave(batch)

    def rolling(
        self,
        more: Callable[[int], Iterable[tuple[K, Request]]],
        *,
        stop: threading.Event | None = None,
    ) -> Iterator[tuple[K, Response | FetchError] | None]:
        """Fetch what `more` hands out, yielding each as it finishes, in no order.

        `more` is asked again and again, with the number of fetches under way; the end
        is when none is and it has nothing. None says that nothing came for a moment.
        Ends early as `many` does.
        """
        results: Handover[tuple[K, Response | FetchError]] = Handover()
        batch = Batch(results)
        under_way = 0
        try:
            while stop is None or not stop.is_set():
                # not for each of those that came together: it is their price again
                asked = () if results.has_arrived else more(under_way)
                jobs = [
                    Job(urls.host(request.url), (key, request), batch)
                    for key, request in asked
                ]
                under_way += len(jobs)
                if not under_way or (jobs and not self._submit(batch, jobs)):
                    return
                try:
                    result = results.get(timeout=_MOMENT)
                except queue.Empty:
                    yield None
                    continue
                if result is None:
                    return
                under_way -= 1
                self._tell_taken(batch)
                yield result
        finally:
            self._leave(batch)

    def get(self, request: Request) -> Response:
        """Fetch one; raises FetchError."""
        for _, result in self.many([(None, request)]):
            if isinstance(result, FetchError):
                raise result
            return result
        shown = hops.redacted(request.url)
        raise FetchError("connect", f"{shown}: not fetched, the program is stopping")

    def space(self, host: str, pause: timedelta) -> None:
        """Ask a host one at a time from now on, with at least this pause between."""
        with self._lock:
            if not self._closed:
                self._loop.call_soon_threadsafe(
                    self._pacer.space, host, pause.total_seconds()
                )

    def close(self) -> None:
        """Abandon what is under way and end every `many`; returns at once or soon."""
        with self._lock:
            first, self._closed = not self._closed, True
        if first and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join()

    # ------------------------------------------------ from the callers' threads

    def _submit(self, batch: Batch, jobs: list[Job[tuple[Any, Request]]]) -> bool:
        with self._lock:
            if self._closed:
                return False
            if not self._thread.is_alive():
                raise RuntimeError("a Fetcher works between `with` and its end only")
            self._batches.add(batch)
            self._loop.call_soon_threadsafe(self._pacer.add, jobs)
            return True

    def _leave(self, batch: Batch) -> None:
        """Its caller wants no more of it."""
        with self._lock:
            # at the end the loop cancels those that it finds here
            if not self._closed:
                self._batches.discard(batch)
                self._loop.call_soon_threadsafe(self._cancel, batch)

    def _tell_taken(self, batch: Batch) -> None:
        count = batch.results.to_tell()
        if count:
            self._tell(self._pacer.taken, batch, count)

    def _tell(self, callback: Any, *values: Any) -> None:
        with self._lock:
            if not self._closed:
                self._loop.call_soon_threadsafe(callback, *values)

    # ------------------------------------------------ on the loop's thread

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        finally:
            self._started.set()

    async def _serve(self) -> None:
        config = self._config
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        self._pacer = Pacer(
            self._start,
            concurrency=config.concurrency,
            per_host=config.per_host,
            pause=config.per_host_pause.total_seconds(),
        )
        resolver = guard.Resolver(self._lookup)
        readiness = Readiness(self._loop)
        public, everywhere = (
            Door(resolver, gate, readiness, tls=self._tls, headers=self._headers)
            for gate in (guard.public_socket, guard.private_socket)
        )
        async with self._proxied(resolver) as proxied:
            self._doors = hops.Doors(public, everywhere, proxied, resolver)
            self._started.set()
            await self._ending.wait()
            for batch in list(self._batches):
                self._cancel(batch)
                batch.results.end()
            running = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*running, return_exceptions=True)
            public.close()
            everywhere.close()
            readiness.close()

    def _proxied(self, resolver: guard.Resolver) -> aiohttp.ClientSession:
        """What goes through a proxy goes by the library's own client."""
        connector = aiohttp.TCPConnector(
            ssl=self._tls,
            keepalive_timeout=IDLE_FOR,
            resolver=resolver,
            # the pacer limits; a second limit could only wait on the first
            limit=0,
            # the proxy may be in the intranet; its targets are judged by name
            socket_factory=guard.private_socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            # the deadline is set around all hops, and it alone
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            max_line_size=LONGEST_HEADERS,
            max_field_size=LONGEST_HEADERS,
        )

    def _start(self, job: Job[tuple[Any, Request]]) -> None:
        task = self._loop.create_task(self._work(job))
        job.batch.running.add(task)
        task.add_done_callback(partial(self._ended, job))

    def _ended(self, job: Job[tuple[Any, Request]], task: asyncio.Task[None]) -> None:
        # here and not in the task: one that is cancelled at once never runs
        job.batch.running.discard(task)
        self._pacer.finished(job)

    async def _work(self, job: Job[tuple[Any, Request]]) -> None:
        key, request = job.work
        result: Response | FetchError
        try:
            result = await hops.fetch(
                request, self._doors, self._deadline, is_last=job.is_last
            )
        except FetchError as error:
            # the frames it passed hold the body, in a circle with the error: up to 5 MB
            # until the collector comes round
            error.__cause__ = error.__context__ = None
            result = error.with_traceback(None)
        except Exception as error:
            # a defect of ours or of the library: one URL fails, the others go on
            shown = hops.redacted(request.url)
            _log.exception("unforeseen while fetching %s", shown)
            result = FetchError("protocol", f"{shown}: {type(error).__name__}")
        # alone (this task is still among those running): nothing to wait for
        alone = len(job.batch.running) <= 1
        job.batch.results.put((key, result), at_once=alone)

    def _cancel(self, batch: Batch) -> None:
        self._pacer.cancel(batch)
        for task in list(batch.running):
            task.cancel()


def _next(results: Handover[Any], stop: threading.Event | None) -> Any:
    """The next result, or None as soon as `stop` is set."""
    if stop is None:
        return results.get()
    while not stop.is_set():
        try:
            return results.get(timeout=_GLANCE)
        except queue.Empty:
            continue
    return None


def _trust() -> ssl.SSLContext:
    """The system's trust store; certifi's where Python knows of none (macOS)."""
    paths = ssl.get_default_verify_paths()
    if any(p and Path(p).exists() for p in (paths.cafile, paths.capath)):
        return ssl.create_default_context()
    import certifi

    return ssl.create_default_context(cafile=certifi.where())

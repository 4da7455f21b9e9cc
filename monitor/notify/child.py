"""A sender: a process that hands messages to apprise, and may be killed at any time.

Run as `python -m monitor.notify.child IDLE_SECONDS`; `notify` talks to it in JSON
lines over its standard input and output, so that no secret stands in an argument list
or an environment. It ends when its input does (whatever became of the parent), and by
itself after a time without work.

The only importer of apprise. Facts that shaped it (measured on 2.2.0): its own time
limits abandon threads that may still deliver and block the exit; throttles live in the
object; the reason of a failure is only in the log, and Retry-After nowhere (`waits`);
`optional=yes` turns a failure into a success; only TEXT is escaped by every plug-in.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import re
import signal
import sys
import threading
from dataclasses import dataclass, replace
from typing import IO, Any, Protocol
from urllib.parse import parse_qsl

from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode

from monitor.notify.pace import service_of
from monitor.notify.reach import is_private
from monitor.notify.redact import redacted
from monitor.notify.rich import Told, register
from monitor.notify.split import parts
from monitor.notify.waits import Watch

_DETAIL_LENGTH = 200
# what plug-ins put around a title that they send within the body
_TITLE_EXTRA = 40

# Services of one known operator whose refusal proves that no retry helps: a malformed
# message (400, 413) stays so, a deleted webhook (404, 410) does not return. Behind a
# generic webhook a 404 may be a deployment that is over in a minute, Telegram says 400
# until its bot is let into the chat, and a rejected token (401, 403) is mended by the
# user while we keep trying.
_HOSTED = frozenset({"slack", "discord"})
_FINAL_CODES = frozenset({400, 404, 410, 413})
_CODE = re.compile(r"\berror=(\d{3})\b")

# Query parameters that would undo what `notify` promises.
_OFF = frozenset({"", "0", "no", "n", "false", "off", "never", "disable", "deny"})


class _Service(Protocol):
    """What we use of an apprise plug-in object."""

    overflow_mode: Any
    request_rate_per_sec: float
    body_maxlen: int

    def resolve_format(self, body_format: Any) -> Any:
        """The format that the plug-in turns a body of this format into."""


@dataclass(frozen=True)
class Loaded:
    """One apprise object for one URL, kept as long as the process."""

    url: str
    apprise: Apprise


class Capture:
    """Keeps the warnings of one send: the only place where apprise gives a reason."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def keep(self, record: logging.LogRecord) -> bool:
        """A filter that keeps the line and lets nothing through."""
        self.lines.append(record.getMessage())
        return False

    def taken(self) -> str:
        """What came since the last call, in one line."""
        text = " ".join(" ".join(self.lines).split())
        self.lines.clear()
        return text


def load(url: str) -> Apprise | None:
    """The URL as an apprise object with exactly one service, or None."""
    asset = AppriseAsset(
        app_id="Claimwatch",
        app_desc="Claimwatch alerts",
        async_mode=False,
        service_timeout=0,
        http_redirects=False,
    )
    loaded = Apprise(asset=asset)
    if not loaded.add(url) or len(loaded.services) != 1:
        return None
    service = _service(loaded)
    # pacing is `notify`'s, which knows all senders; a sleep in here would only use up
    # the time limit
    service.request_rate_per_sec = 0
    if "overflow" not in _parameters(url):
        service.overflow_mode = OverflowMode.SPLIT
    return loaded


def problems(url: str) -> list[str]:
    """What is wrong with a channel's URL, without quoting it; one line each."""
    schema = url.partition("://")[0].lower()
    if "://" not in url:
        return ["not an apprise URL (expected service://…)"]
    loaded = Apprise(asset=AppriseAsset(async_mode=False))
    loaded.add(url)
    count = len(loaded.services)
    if count == 0:
        return [_unloadable(schema, loaded)]
    found: list[str] = []
    if count > 1:
        found.append(f"holds {count} URLs; give each a channel of its own")
    targets = _targets(loaded)
    if count == 1 and targets > 1:
        found.append(
            f"has {targets} targets; a repeated delivery would reach all of them "
            "again: give each a channel of its own"
        )
    return found + _forbidden(_parameters(url))


def _unloadable(schema: str, loaded: Apprise) -> str:
    if schema in ("http", "https"):
        return (
            "not a web address that apprise knows; a webhook is jsons://… or json://…"
        )
    known = {name for plugin in loaded.details()["schemas"] for name in _names(plugin)}
    if schema not in known:
        return f"apprise knows no service {schema!r}"
    return f"incomplete or wrong for the service {schema!r}"


def _forbidden(given: dict[str, str]) -> list[str]:
    found: list[str] = []
    if given.get("optional", "no") not in _OFF:
        found.append("optional=yes would report a failed delivery as sent")
    if given.get("redirect", "no") not in _OFF:
        found.append("redirect=yes would send messages wherever a server points")
    if given.get("format", "text") != "text":
        found.append("format=… is not supported: messages are plain text")
    if given.get("overflow") == "truncate":
        found.append("overflow=truncate would cut messages silently")
    return found


def _names(plugin: Any) -> tuple[str, ...]:
    names: list[str] = []
    for key in ("protocols", "secure_protocols"):
        names.extend(plugin.get(key) or ())
    return tuple(names)


def _targets(loaded: Apprise) -> int:
    service: Any = loaded[0]
    return int(len(service) // (int(getattr(service, "retry", 0)) + 1))


def _service(loaded: Apprise) -> _Service:
    service: Any = loaded[0]
    found: _Service = service
    return found


def _parameters(url: str) -> dict[str, str]:
    query = url.partition("?")[2]
    return {k.lower(): v.lower() for k, v in parse_qsl(query, keep_blank_values=True)}


# ------------------------------------------------------------------ sending


class Sender:
    """Hands messages to apprise, one at a time, keeping one object per channel."""

    def __init__(self, capture: Capture, watch: Watch) -> None:
        self._capture = capture
        self._watch = watch
        self._channels: dict[str, Loaded] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked; whatever goes wrong is in the answer, without secrets."""
        url = str(request["url"])
        self._capture.taken()
        try:
            if request["do"] == "check":
                return {"problems": problems(url)}
            return self._send(request, url)
        except Exception as error:
            text = redacted(f"{type(error).__name__}: {error}", url)
            return _failed(f"the service's plug-in failed: {text}")

    def _send(self, request: dict[str, Any], url: str) -> dict[str, Any]:
        self._watch.forget()
        loaded = self._loaded(str(request["channel"]), url)
        if loaded is None:
            return _failed("the channel's URL is not one that apprise can load")
        # asked each time: where a name leads may change
        if not request["allow_private"] and is_private(_service(loaded.apprise)):
            return _failed("the channel leads to a private address; see allow_private")
        title = str(request["title"])
        pieces = _pieces(loaded, title, str(request["body"]))
        told = Told(**request["rich"]) if request["rich"] else None
        answer = self._hand_over(loaded, title, pieces, told, url)
        if told is not None and told.thread and _taken_but_refused(answer):
            # the message that it follows may be gone; this one must not be
            alone = replace(told, thread="")
            answer = self._hand_over(loaded, title, pieces, alone, url)
        return answer

    def _hand_over(
        self,
        loaded: Loaded,
        title: str,
        pieces: list[str],
        told: Told | None,
        url: str,
    ) -> dict[str, Any]:
        service: Any = _service(loaded.apprise)
        service.told, service.reference = told, ""
        for number, piece in enumerate(pieces, start=1):
            count = f" ({number}/{len(pieces)})" if len(pieces) > 1 else ""
            result = loaded.apprise.notify(
                title=f"{title}{count}", body=piece, body_format=NotifyFormat.TEXT
            )
            reason = self._capture.taken()
            if not result:
                failed = _explained(f"{reason} {self._watch.reason}".strip(), url)
                return failed | {
                    "retry_after": self._watch.retry_after,
                    "messages": number,
                }
        return {
            "ok": True,
            "detail": "sent",
            "permanent": False,
            "retry_after": None,
            "messages": len(pieces),
            "reference": service.reference,
        }

    def _loaded(self, channel: str, url: str) -> Loaded | None:
        held = self._channels.get(channel)
        if held is None or held.url != url:
            loaded = load(url)
            if loaded is None:
                return None
            held = Loaded(url, loaded)
            self._channels[channel] = held
        return held


def _pieces(loaded: Loaded, title: str, body: str) -> list[str]:
    service = _service(loaded.apprise)
    as_html = service.resolve_format(NotifyFormat.TEXT) == NotifyFormat.HTML
    room = service.body_maxlen - (6 if as_html else 1) * len(title) - _TITLE_EXTRA
    return parts(body, room, as_html=as_html)


def _failed(detail: str, *, permanent: bool = False) -> dict[str, Any]:
    return {
        "ok": False,
        "detail": detail[:_DETAIL_LENGTH],
        "permanent": permanent,
        "retry_after": None,
        "messages": 0,
        "reference": "",
    }


def _taken_but_refused(answer: dict[str, Any]) -> bool:
    """Whether the service understood the request and did not like what it says."""
    return not answer["ok"] and answer["detail"].startswith("HTTP 200")


def _explained(reason: str, url: str) -> dict[str, Any]:
    """A failure from the log of the send."""
    code = _CODE.search(reason)
    final = (
        code is not None
        and int(code.group(1)) in _FINAL_CODES
        and service_of(url) in _HOSTED
    )
    text = redacted(reason, url) or "not delivered; apprise gave no reason"
    if code is not None:
        text = f"HTTP {code.group(1)}: {text}"
    return _failed(text, permanent=final)


# ------------------------------------------------------------------ the process


def _quiet_logging() -> Capture:
    """Nothing is printed; warnings are captured; DEBUG, which shows URLs, is off."""
    capture = Capture()
    for name in ("apprise", "urllib3", "requests", "root"):
        logger = logging.getLogger(None if name == "root" else name)
        logger.setLevel(logging.WARNING)
    logging.getLogger("apprise").addFilter(capture.keep)
    logging.getLogger().handlers = [logging.NullHandler()]
    logging.captureWarnings(capture=True)
    return capture


def _read(requests: queue.SimpleQueue[str]) -> None:
    """Queue what the parent asks; end at once when there is no parent any more."""
    for line in sys.stdin:
        requests.put(line)
    # even in the midst of a send: without a parent nobody would time it out
    os._exit(0)


def _private_output() -> IO[str]:
    """Our answers' channel, out of reach of anything that prints."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return answers


def main(idle: float) -> None:
    """Serve until the input ends or nothing was asked for `idle` seconds."""
    # a terminal's Ctrl-C or a service manager's TERM is the parent's to decide
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    answers = _private_output()
    sender = Sender(_quiet_logging(), Watch())
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()

    def tell(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    # all plug-ins are imported with the first URL: not at the cost of its time limit
    register()
    load("json://localhost")
    tell({"ready": True})
    while True:
        try:
            line = requests.get(timeout=idle)
        except queue.Empty:
            os._exit(0)
        tell({"taken": True})
        tell(sender.answer(json.loads(line)))


if __name__ == "__main__":
    main(float(sys.argv[1]))

"""Live through a day of news with the real stages, and count what was told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.analysis import Analyst
from monitor.model import Message
from monitor.settings import ChecksConfig
from tests.clock import FakeClock
from tests.day.news import Day, Edit, Piece
from tests.desk import Desk, Item, desk

# Just after the digest, so that a day has one.
START = datetime(2031, 3, 4, 7, 5, tzinfo=UTC)
LENGTH = timedelta(hours=24, minutes=15)
STEP = timedelta(minutes=15)
# As many entries as feeds of busy outlets hold.
LISTED = 40
# What a planted edit may be called; "detail" is for the digest.
MATERIAL = ("figure", "certainty", "attribution", "fact", "removed", "correction")


@dataclass
class Result:
    """What came of the day."""

    alerts: list[Message] = field(default_factory=list)
    gathered: int = 0
    digests: int = 0
    # what was planted -> (in an alert, in the digest only, recorded only, not seen)
    planted: dict[str, Counter[str]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    # kinds of told changes of articles that nobody edited
    unplanted: Counter[str] = field(default_factory=Counter)
    analyses: int = 0
    checks: int = 0

    @property
    def sent(self) -> int:
        """Alerts of all kinds but the digest."""
        return len(self.alerts) + self.gathered

    def table(self) -> str:
        """For people."""
        heads = ("planted", "edits", "alert", "digest", "recorded", "not seen")
        rows = [
            (what, found.total(), *(found[head] for head in heads[2:]))
            for what, found in sorted(self.planted.items())
        ]
        lines = [" | ".join(heads), *(" | ".join(map(str, row)) for row in rows)]
        others = ", ".join(f"{n} {kind}" for kind, n in self.unplanted.most_common())
        return "\n".join(
            [
                *lines,
                "",
                f"{self.sent} alerts ({self.gathered} gathered) + {self.digests} digest",
                f"told of articles that nobody edited: {others or 'nothing'}",
                f"{self.checks} checks, {self.analyses} analyses",
            ]
        )


def live_through(day: Day, folder: Path, *, workers: int, **extra: Any) -> Result:
    """The whole day on a fake clock; `extra` are parts of the configuration."""
    names = [name.replace(" ", "-").lower() for name in day.outlets]
    settings: dict[str, Any] = {"routes": (), "checks": ChecksConfig()} | extra
    with (
        Analyst(workers=workers, aliases={}) as analyst,
        desk(
            folder / "day.db", analyst, *names, clock=FakeClock(START), **settings
        ) as at,
    ):
        _Life(day, at, names).live()
        return _result(day, at)


class _Life:
    def __init__(self, day: Day, at: Desk, names: list[str]) -> None:
        self.day, self.at, self.names = day, at, names
        self.published: list[list[Piece]] = [[] for _ in names]
        self.coming = sorted(day.pieces, key=lambda piece: piece.at)
        self.edits = sorted(
            ((edit, piece) for piece in day.pieces for edit in piece.edits),
            key=lambda pair: pair[0].at,
        )

    def live(self) -> None:
        for name in self.names:
            self.at.feed(name)
        self.at.pass_(after=timedelta(0))
        while self.at.clock.now() < START + LENGTH:
            self._happen(self.at.clock.now() + STEP - START)
            self.at.pass_(after=STEP)

    def _happen(self, until: timedelta) -> None:
        changed = set()
        while self.coming and self.coming[0].at <= until:
            piece = self.coming.pop(0)
            self._serve(piece, piece.paragraphs)
            self.published[piece.outlet].append(piece)
            changed.add(piece.outlet)
        while self.edits and self.edits[0][0].at <= until:
            edit, piece = self.edits.pop(0)
            if edit.paragraphs:
                self._serve(piece, edit.paragraphs)
            else:
                self.at.news.remove(piece.path)
        for outlet in changed:
            items = [
                Item(p.path, title=p.title, published=START + p.at)
                for p in self.published[outlet][-LISTED:]
            ]
            self.at.feed(self.names[outlet], *reversed(items))

    def _serve(self, piece: Piece, paragraphs: tuple[str, ...]) -> None:
        self.at.publish(piece.path, paragraphs, title=piece.title)


def _result(day: Day, at: Desk) -> Result:
    result = Result()
    result.alerts = [m for m in at.messages if not m.title.startswith("Digest")]
    # what is gathered is titled as a digest, but comes by itself
    result.gathered = at.one(
        "SELECT count(*) FROM alerts JOIN deliveries USING (alert_id) "
        "WHERE group_key = 'flood' AND status = 'sent'"
    )
    result.digests = len(at.messages) - len(result.alerts) - result.gathered
    rows = at.rows(
        "SELECT c.article_url, c.kind, c.disposition, c.detected_at, "
        "EXISTS (SELECT 1 FROM alert_changes ac JOIN deliveries d USING (alert_id) "
        "WHERE ac.change_id = c.change_id AND d.status = 'sent') AS is_sent "
        "FROM changes c WHERE c.kind <> 'new' ORDER BY c.change_id"
    )
    by_url: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_url.setdefault(row[0], []).append(row)
    edited = set()
    for piece in day.pieces:
        url = at.news.url(piece.path)
        for edit in piece.edits:
            edited.add(url)
            _score(result, piece, edit, by_url.get(url, []))
    for url, found in by_url.items():
        if url not in edited:
            result.unplanted.update(row[1] for row in found if row[2] == "alert")
    result.analyses = at.one("SELECT count(*) FROM revisions")
    result.checks = sum(1 for path in at.news.paths() if not path.endswith(".xml"))
    return result


def _score(
    result: Result, piece: Piece, edit: Edit, found: list[tuple[Any, ...]]
) -> None:
    begins = f"{START + edit.at:%Y-%m-%dT%H:%M:%SZ}"
    later = [row for row in found if row[3] >= begins]
    sent = [row for row in later if row[4]]
    if any(row[2] == "alert" for row in sent):
        how = "alert"
    elif sent:
        how = "digest"
    else:
        how = "recorded" if later else "not seen"
    result.planted.setdefault(edit.what, Counter())[how] += 1
    if edit.what in MATERIAL and how in ("recorded", "not seen"):
        kinds = ", ".join(row[1] for row in later) or "nothing"
        result.missed.append(f"{edit.what} of {piece.path}: {kinds}")

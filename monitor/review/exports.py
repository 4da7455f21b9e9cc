"""A page's rows as CSV, its changes as an Atom feed. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from monitor.alerts import words
from monitor.alerts.escape import cell, clean
from monitor.review.site import Answer, Ask
from monitor.store.review.changed import Shown

_ATOM = "http://www.w3.org/2005/Atom"
_TITLE = 140


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows under the names of their columns; '' for none."""
    out = io.StringIO()
    if rows:
        writer = csv.writer(out)
        columns = list(rows[0])
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row[column]) for column in columns])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return _moment(value)
    return cell(value) if isinstance(value, str) else value


def json_value(value: object) -> object:
    """What JSON does not know: times as stored, anything else is a mistake of ours."""
    if isinstance(value, datetime):
        return _moment(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def as_atom(answer: Answer, ask: Ask) -> str:
    """The changes of a page for a feed reader."""
    changes = answer.changes or ()
    # ElementTree escapes all text and drops what XML cannot hold is ours to do
    feed = ET.Element("feed", xmlns=_ATOM)
    here = ask.base + ask.link()
    page = ask.base + ask.link(ask.path.rpartition(".")[0] or "/")
    _add(feed, "id", here)
    _add(feed, "title", f"Claimwatch: {answer.title}")
    newest = max((s.listed.change.detected_at for s in changes), default=None)
    _add(feed, "updated", _moment(newest or ask.now))
    ET.SubElement(feed, "link", rel="self", href=here, type="application/atom+xml")
    ET.SubElement(feed, "link", rel="alternate", href=page, type="text/html")
    for shown in changes:
        _entry(feed, shown, ask.base)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, "unicode")


def _entry(feed: ET.Element, shown: Shown, base: str) -> None:
    change = shown.listed.change
    entry = ET.SubElement(feed, "entry")
    page = f"{base}/change/{change.change_id}"
    _add(entry, "id", page)
    _add(entry, "title", words.headline(change).text(_TITLE))
    _add(entry, "updated", _moment(change.detected_at))
    _add(entry, "published", _moment(change.detected_at))
    ET.SubElement(entry, "link", rel="alternate", href=page, type="text/html")
    if change.article_url.startswith(("http://", "https://")):
        ET.SubElement(entry, "link", rel="related", href=change.article_url)
    author = ET.SubElement(entry, "author")
    _add(author, "name", change.source or change.outlet or "Claimwatch")
    for term in (change.kind.value, *change.topics):
        ET.SubElement(entry, "category", term=clean(term))
    lines = [change.reason]
    if change.before:
        lines.append(f"Before: {change.before.text}")
    if change.after:
        lines.append(f"After: {change.after.text}")
    lines.append(f"{', '.join(change.carriers)}: {change.article_url}")
    summary = _add(entry, "summary", "\n".join(clean(line) for line in lines))
    summary.set("type", "text")


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    # XML has no control characters, whatever the escaping; line ends are ours
    child.text = "\n".join(clean(line) for line in text.split("\n"))
    return child


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

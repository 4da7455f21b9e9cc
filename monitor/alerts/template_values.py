"""What templates are given: documented in docs/guide/alerts.md, a test compares. Pure.

Every text is inert; quotations have their changed words between asterisks.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from monitor.alerts import words
from monitor.alerts.escape import clipped, inert, isolated, web_address
from monitor.alerts.layout import Layout, ordered
from monitor.alerts.sections import SURENESS, Part, moment, section_of
from monitor.model import Alert, Change, Severity

# More changes than this no message tells one by one.
MOST_CHANGES = 100
# A change alone, with nothing left out of it.
_ROOM = 100_000
_NAME = 60


def values(alert: Alert, plan: Layout, timezone: str) -> dict[str, Any]:
    """The names that a template can use."""
    zone = ZoneInfo(timezone)
    changes = ordered(alert.changes)[:MOST_CHANGES]
    told = [_change(change, zone) for change in changes]
    commands = {label.lower(): command for label, command in plan.commands}
    return {
        "alert": {
            "id": alert.key,
            "title": plan.title,
            "notice": plan.notice,
            "route": inert(alert.route),
            "severity": plan.severity.value,
            "is_digest": alert.digest,
            "count": len(alert.changes),
            "loud": sum(c.severity.rank >= Severity.HIGH.rank for c in alert.changes),
            "follows": alert.earlier_key or "",
            "review_url": plan.page or "",
            "show": commands.get("details", ""),
            "ack": commands.get("acknowledge", ""),
            "silence": commands.get("silence", ""),
        },
        "change": told[0],
        "changes": told,
    }


def _change(change: Change, zone: ZoneInfo) -> dict[str, Any]:
    section = section_of(change, zone, _ROOM)
    texts = {line.part: line.marked for line in section.lines}
    first = change.first_seen_at
    return {
        "id": f"c{change.change_id}",
        "claim_id": change.claim_id,
        "kind": change.kind.value,
        "also": [kind.value for kind in change.sub_kinds],
        "severity": change.severity.value,
        "label": section.headline.label,
        "figure": section.headline.figure,
        "headline": section.headline.lead,
        "who": isolated(section.headline.who),
        "claim": isolated(section.headline.about),
        "before": _first(texts, Part.BEFORE, Part.WAS, Part.ONE),
        "after": _first(texts, Part.AFTER, Part.OTHER),
        "before_value": words.value(change.before) or "",
        "after_value": words.value(change.after) or "",
        "moved": words.difference(change.before, change.after) or "",
        "says": texts.get(Part.SAYS, ""),
        "certainty": SURENESS[change.certainty],
        "why": texts.get(Part.WHY, ""),
        "carried": texts.get(Part.CARRIED, ""),
        "outlets": [isolated(clipped(inert(name), _NAME)) for name in change.carriers],
        "sources": change.independent_sources,
        "noticed": moment(change.detected_at, zone),
        "since": "" if first is None else moment(first, zone),
        "is_silent_edit": change.silent_edit,
        "url": web_address(change.article_url) or "",
        "topics": [isolated(clipped(inert(name), _NAME)) for name in change.topics],
        "language": inert(change.language or ""),
    }


def _first(texts: dict[Part, str], *parts: Part) -> str:
    return next((texts[part] for part in parts if part in texts), "")

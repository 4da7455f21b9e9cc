"""Alerts: what was sent to whom when, what was withheld, and why."""

from __future__ import annotations

from typing import Any

from monitor.alerts import render, route
from monitor.model import DeliveryStatus
from monitor.review import rows
from monitor.review.site import Answer, Ask, Site
from monitor.store import episodes, outbox, trail
from monitor.store.reading import ListedChange
from monitor.store.review import NEWEST, alerts, changed

# Changes of one alert that are shown in full.
IN_ALERT = 100


def listed(site: Site, ask: Ask) -> Answer:
    """Alerts, newest first; `status` picks those with such a delivery."""
    status = ask.params.get("status", "")
    if status not in set(DeliveryStatus):
        status = ""
    before = ask.number("from", NEWEST)
    found = alerts.listed(site.store, status=status, before_id=before, size=ask.size)
    onward = None
    if len(found) == ask.size:
        onward = ask.link(**{"from": str(found[-1]["alert_id"])})
    return Answer(
        "alerts.html",
        "Alerts",
        view={
            "alerts": found,
            "status": status,
            "statuses": [status.value for status in DeliveryStatus],
            "counts": alerts.counts(site.store),
            "formats": ("csv", "json"),
        },
        rows=[_flat(row) for row in found],
        json=found,
        onward=onward,
    )


def _flat(row: trail.Row) -> dict[str, Any]:
    kept = ("alert_key", "route", "group_key", "created_at", "acknowledged_at")
    return {
        **{key: row[key] for key in kept},
        "changes": row["changes"],
        "withheld": row["withheld"],
        "claim": row["claim"] or "",
        "reason": row["reason"] or "",
        "deliveries": " ".join(
            f"{d['channel']}:{d['status']}" for d in row["deliveries"]
        ),
    }


def page(site: Site, ask: Ask) -> Answer | None:
    """One alert: the message, its changes, its deliveries with every attempt."""
    row = alerts.read(site.store, ask.args["key"])
    if row is None:
        return None
    number = row["alert_id"]
    inside = alerts.in_alert(site.store, number, most=IN_ALERT)
    why = {one["change_id"]: one for one in inside}
    found = changed.details(site.store, list(why))
    notice = episodes.notice(site.store, number)
    alert = outbox.alert(site.store, number)
    zone = site.config.timezone
    message = notice or render.message(alert, timezone=zone)
    deliveries = trail.deliveries_of(site.store, number)
    return Answer(
        "alert.html",
        row["alert_key"],
        view={
            "alert": row,
            "message": message,
            "follows": alert.earlier_key,
            "deliveries": deliveries,
            "rows": rows.rows(found),
            "why": why,
            "formats": ("csv", "json", "atom"),
        },
        rows=[rows.flat(shown) for shown in found],
        json={
            "alert_id": row["alert_key"],
            "route": row["route"],
            "group": row["group_key"],
            "acknowledged_at": row["acknowledged_at"],
            "acknowledged_by": row["acknowledged_by"],
            "title": message.title,
            "body": message.body,
            "deliveries": deliveries,
            "changes": [rows.as_json(shown) | why[_id(shown)] for shown in found],
        },
        changes=found,
    )


def _id(shown: changed.Shown) -> int:
    return shown.listed.change.change_id


def change(site: Site, ask: Ask) -> Answer | None:
    """One change with its whole trail: why it was or was not told, and to whom."""
    found = changed.details(site.store, [int(ask.args["id"])])
    if not found:
        return None
    shown = found[0]
    listed = shown.listed
    told = trail.alerts_of(site.store, listed.change.change_id)
    steps = [] if listed.disposition == "record" else _steps(site, listed)
    why = trail.why_not_sent(site.store, listed)
    return Answer(
        "change.html",
        f"Change c{listed.change.change_id}",
        view={
            "row": rows.row(shown),
            "told": told,
            "steps": steps,
            "why_not_sent": why,
            "formats": ("json",),
        },
        rows=[rows.flat(shown)],
        json=rows.as_json(shown) | {"told": told, "routes": steps, "why_not_sent": why},
        changes=found,
    )


def _steps(site: Site, listed: ListedChange) -> list[dict[str, Any]]:
    """What each route says of it, by the configuration of today."""
    return [
        {"route": step.route, "is_taken": step.taken, "reason": step.reason}
        for step in route.trace(listed.change, site.config)
    ]

"""A change as data: what `changes --json` prints."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model import Change, Side

JsonValue = str | int | float | list[str] | dict[str, str | int | float | None] | None


def as_json(change: Change, alert_key: str | None) -> dict[str, JsonValue]:
    """The change with the keys that readers of `--json` rely on.

    Texts are verbatim: whoever prints them elsewhere must escape them. `before` and
    `after` are None where the claim was not, or is no longer, there.
    """
    return {
        "id": change.change_id,
        "kind": change.kind.value,
        "sub_kinds": [kind.value for kind in change.sub_kinds],
        "severity": change.severity.value,
        "claim_id": change.claim_id,
        "claim": change.claim,
        "before": _side(change.before),
        "after": _side(change.after),
        "reason": change.reason,
        "source": change.source,
        "measure": change.measure,
        "certainty": change.certainty.value,
        "article_url": change.article_url,
        "outlets": list(change.carriers),
        "detected_at": _moment(change.detected_at),
        "alert_id": alert_key,
    }


def _side(side: Side | None) -> dict[str, str | int | float | None] | None:
    if side is None:
        return None
    return {
        "text": side.text,
        "value_min": _number(side.value_min),
        "value_max": _number(side.value_max),
        "comparator": side.comparator.value if side.comparator else None,
        "unit": side.unit,
        "source": side.source,
        "certainty": side.certainty.value,
        "polarity": side.polarity.value,
        "status": side.status.value if side.status else None,
    }


def _number(value: float | None) -> int | float | None:
    """4519 rather than 4519.0: counts are what readers compare."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    return int(value) if float(value).is_integer() else value


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""A change as a page shows it: before → after with the words that differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.alerts import view, words
from monitor.alerts.difference import Part, parts
from monitor.alerts.escape import clean
from monitor.model import Certainty, Change, ChangeKind, Comparator, Side
from monitor.store.review.changed import InAlert, Shown

# What stands before the two texts of a change.
_SIDES = {
    ChangeKind.CONFLICT: ("one", "other"),
    ChangeKind.DENIED: ("said", "denied"),
    ChangeKind.CORROBORATED: ("first", "also"),
}
SURENESS = {
    Certainty.UNVERIFIED.value: "unverified",
    Certainty.ALLEGED.value: "alleged",
    Certainty.REPORTED.value: "reported",
    Certainty.ASSERTED.value: "stated as fact",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One change for a template. `before` and `after` are the texts in pieces."""

    change: Change
    label: str
    old: str
    new: str
    moved: str
    who: str
    before: tuple[Part, ...]
    after: tuple[Part, ...]
    sureness: str
    article_id: int | None
    alerts: tuple[InAlert, ...]
    disposition: str
    disposition_reason: str
    severity_reason: str
    is_unread: bool

    @property
    def is_gone(self) -> bool:
        """What stood there no longer does."""
        return self.change.after is None and self.change.before is not None

    @property
    def sides(self) -> tuple[str, str]:
        """What to call the two texts: two moments of one, or two voices."""
        second = "now" if self.before else "says"
        return _SIDES.get(self.change.kind, ("was", second))

    @property
    def says_claim(self) -> bool:
        """One of its texts is the claim, word for word."""
        sides = (self.change.before, self.change.after)
        return any(side.text == self.change.claim for side in sides if side)

    @property
    def withheld(self) -> str | None:
        """Why nobody was told, if all of its alerts left it out."""
        if self.alerts and all(alert.withheld for alert in self.alerts):
            return self.alerts[0].withheld
        return None


def row(shown: Shown, *, marker: int | None = None) -> Row:
    """The change for a template; newer than the marker is unread."""
    change = shown.listed.change
    head = words.headline(change)
    before, after = _texts(change)
    old, new, moved = _values(change, head.figure)
    return Row(
        change=change,
        label=head.label,
        old=old,
        new=new,
        moved=moved,
        who=head.who,
        before=before,
        after=after,
        sureness=SURENESS[change.certainty.value],
        article_id=shown.article_id,
        alerts=shown.alerts,
        disposition=shown.listed.disposition,
        disposition_reason=shown.listed.disposition_reason,
        severity_reason=shown.listed.severity_reason,
        is_unread=marker is not None and change.change_id > marker,
    )


def rows(found: Iterable[Shown], *, marker: int | None = None) -> list[Row]:
    """Several of them."""
    return [row(shown, marker=marker) for shown in found]


def _texts(change: Change) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    before = clean(change.before.text) if change.before else ""
    after = clean(change.after.text) if change.after else ""
    if before and after and change.kind not in _SIDES:
        return parts(before, after)
    whole = tuple(Part(text) for text in (before, after))
    return tuple(p for p in whole[:1] if p.text), tuple(p for p in whole[1:] if p.text)


def _values(change: Change, figure: str) -> tuple[str, str, str]:
    """(old, new, how far it moved) of what the headline says moved."""
    one, other = change.before, change.after
    separator = " ↔ " if change.kind is ChangeKind.CONFLICT else " → "
    if separator not in figure:
        return "", figure, ""
    old, _, rest = figure.partition(separator)
    moved = words.difference(one, other) or ""
    new = rest.removesuffix(f" ({moved})") if moved else rest
    return old, new, moved if new != rest else ""


def value(found: Mapping[str, Any]) -> str:
    """The value of an assertion's row in words, '' for none."""
    comparator = found["comparator"]
    side = Side(
        text="",
        value_min=found["value_min"],
        value_max=found["value_max"],
        comparator=Comparator(comparator) if comparator else None,
        unit=found["unit"],
    )
    return words.value(side) or ""


def as_json(shown: Shown) -> dict[str, Any]:
    """The change with what became of it: `changes --json` and what pages know more."""
    listed = shown.listed
    return {
        **view.as_json(listed.change, listed.alert_key),
        "article_id": shown.article_id,
        "story_id": listed.change.story_id,
        "topics": list(listed.change.topics),
        "independent_sources": listed.change.independent_sources,
        "silent_edit": listed.change.silent_edit,
        "disposition": listed.disposition,
        "disposition_reason": listed.disposition_reason,
        "alerts": [
            {
                "alert_id": alert.key,
                "withheld": alert.withheld,
                "acknowledged_at": alert.acknowledged_at,
                "acknowledged_by": alert.acknowledged_by,
            }
            for alert in shown.alerts
        ],
    }


def flat(shown: Shown) -> dict[str, Any]:
    """The change as one line of a table."""
    change = shown.listed.change
    return {
        "change_id": change.change_id,
        "detected_at": change.detected_at,
        "kind": change.kind.value,
        "severity": change.severity.value,
        "claim_id": change.claim_id,
        "claim": change.claim,
        "source": change.source or "",
        "certainty": change.certainty.value,
        "before_text": change.before.text if change.before else "",
        "before_value": words.value(change.before) or "",
        "after_text": change.after.text if change.after else "",
        "after_value": words.value(change.after) or "",
        "reason": change.reason,
        "outlets": ", ".join(change.carriers),
        "independent_sources": change.independent_sources,
        "article_url": change.article_url,
        "topics": ", ".join(change.topics),
        "disposition": shown.listed.disposition,
        "alerts": " ".join(alert.key for alert in shown.alerts),
    }

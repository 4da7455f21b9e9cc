"""How loud a change is.

Defaults, each with the reason that `explain` shows; `[severities]` in the config
replaces the line of a kind:

| kind | severity |
|---|---|
| retracted, denied | high |
| certainty | high when less sure than before, else normal |
| figure | high at twice or half the value and beyond, else normal |
| conflict | high on opposite polarity or values twice apart, else normal |
| status | high when reversed (cancelled, acquitted), else normal |
| corrected, attribution, removed, restored, corroborated, new | normal |
| detail, reworded | low |

A change that is several kinds at once is as loud as the loudest of them. Nothing is
critical by default: that is the user's word for what may break the night. The first of
`[[severity_rules]]` that holds outweighs all of this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.alerts import matchers, route
from monitor.model import Change, ChangeKind, Severity, Side, Status
from monitor.settings import Config

# Twice the value is another order of event; DESIGN calls two bounds "discrepant" there.
LOUD_RATIO = 2.0

_FIXED: Mapping[ChangeKind, tuple[Severity, str]] = {
    ChangeKind.RETRACTED: (Severity.HIGH, "withdrawn by who said it"),
    ChangeKind.DENIED: (Severity.HIGH, "explicitly denied"),
    ChangeKind.CORRECTED: (Severity.NORMAL, "a fact replaced"),
    ChangeKind.ATTRIBUTION: (Severity.NORMAL, "another source"),
    ChangeKind.REMOVED: (Severity.NORMAL, "gone from its article"),
    ChangeKind.RESTORED: (Severity.NORMAL, "back in its article"),
    ChangeKind.CORROBORATED: (Severity.NORMAL, "an independent source agrees"),
    ChangeKind.NEW: (Severity.NORMAL, "first seen"),
    ChangeKind.DETAIL: (Severity.LOW, "a modifier only"),
    ChangeKind.REWORDED: (Severity.LOW, "words only"),
}

_REVERSALS = frozenset({Status.CANCELLED, Status.ACQUITTED})


def of(
    kind: ChangeKind,
    *,
    before: Side | None,
    after: Side | None,
    sub_kinds: Sequence[ChangeKind] = (),
    overrides: Mapping[ChangeKind, Severity] | None = None,
) -> tuple[Severity, str]:
    """The severity of a change and the reason for it."""
    configured = overrides or {}
    if kind in configured:
        return configured[kind], f"{kind} is {configured[kind]} in the configuration"
    loudest, reason = _default(kind, before, after)
    for other in sub_kinds:
        severity, why = (
            (configured[other], f"{other} is {configured[other]} in the configuration")
            if other in configured
            else _default(other, before, after)
        )
        if severity.rank > loudest.rank:
            loudest, reason = severity, f"also {other}: {why}"
    return loudest, reason


def judged(change: Change, config: Config) -> tuple[Change, str]:
    """The change as loud as it is, and why; rules see how loud it is by default."""
    loud, why = of(
        change.kind,
        before=change.before,
        after=change.after,
        sub_kinds=change.sub_kinds,
        overrides=config.severities,
    )
    change = replace(change, severity=loud)
    rule = ruled(change, config)
    return (
        (change, why) if rule is None else (replace(change, severity=rule[0]), rule[1])
    )


def ruled(change: Change, config: Config) -> tuple[Severity, str] | None:
    """What the user's rules say of a change; None if none of them holds."""
    had = route.labels(change)
    weight = _weight(change, config.source_weights)
    for number, rule in enumerate(config.severity_rules, start=1):
        if matchers.unmet(rule.matchers, had) is not None:
            continue
        if rule.weight is not None and weight < rule.weight:
            continue
        apart = ratio(change.before, change.after)
        if rule.ratio is not None and (apart is None or apart < rule.ratio):
            continue
        shown = ", ".join(matchers.shown(matcher) for matcher in rule.matchers)
        times = f"values {apart:.3g} times apart" if rule.ratio and apart else ""
        heavy = f"its source weighs {weight:g}" if rule.weight is not None else ""
        why = ", ".join(part for part in (shown, times, heavy) if part) or "takes all"
        return rule.severity, f"severity rule {number}: {why}"
    return None


def _weight(change: Change, weights: Mapping[str, float]) -> float:
    """How much who says it counts: the source, or the outlet that names none."""
    folded = {name.casefold(): weight for name, weight in weights.items()}
    return folded.get((change.source or change.outlet).casefold(), 1.0)


def ratio(before: Side | None, after: Side | None) -> float | None:
    """How many times apart two values are, at least 1; None if not comparable."""
    one, other = size(before), size(after)
    if one is None or other is None:
        return None
    if one == other:
        return 1.0
    if one * other <= 0:
        return float("inf")
    small, large = sorted((abs(one), abs(other)))
    return large / small


def size(side: Side | None) -> float | None:
    """The value that a reader would quote: the stated bound, or the middle."""
    if side is None:
        return None
    bounds = [b for b in (side.value_min, side.value_max) if b is not None]
    return sum(bounds) / len(bounds) if bounds else None


def _default(
    kind: ChangeKind, before: Side | None, after: Side | None
) -> tuple[Severity, str]:
    if kind in _FIXED:
        return _FIXED[kind]
    if kind is ChangeKind.CERTAINTY:
        return _certainty(before, after)
    if kind is ChangeKind.STATUS:
        if after is not None and after.status in _REVERSALS:
            return Severity.HIGH, f"reversed: {after.status}"
        return Severity.NORMAL, "another status"
    return _values(kind, before, after)


def _certainty(before: Side | None, after: Side | None) -> tuple[Severity, str]:
    if before and after and after.certainty.rank < before.certainty.rank:
        return Severity.HIGH, "less sure than before"
    return Severity.NORMAL, "surer than before"


def _values(
    kind: ChangeKind, before: Side | None, after: Side | None
) -> tuple[Severity, str]:
    """FIGURE and CONFLICT: by how far the values are apart."""
    opposed = before and after and before.polarity is not after.polarity
    if kind is ChangeKind.CONFLICT and opposed:
        return Severity.HIGH, "one source affirms what the other negates"
    apart = ratio(before, after)
    if apart is not None and apart >= LOUD_RATIO:
        times = "from or to nothing" if apart == float("inf") else f"{apart:.2g} times"
        return Severity.HIGH, f"values {times} apart"
    return Severity.NORMAL, "values less than twice apart"

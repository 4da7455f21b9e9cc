"""Whether a statement became surer or less sure between two wordings. Pure."""

from __future__ import annotations

from monitor.claims import modality, wording
from monitor.claims.finding import Finding, Pair
from monitor.claims.voices import somebody, telling
from monitor.model import Certainty, ChangeKind, Mention, SourceKind, Status

# Words that make a statement more or less sure; without one, certainty stands.
_HEDGES = frozenset(
    wording.stem(word)
    for word in [
        "reportedly",
        "allegedly",
        "apparently",
        "purportedly",
        "supposedly",
        "seemingly",
        "evidently",
        "presumably",
        "ostensibly",
        "conceivably",
        "possibly",
        "perhaps",
        "likely",
        "unlikely",
        "probably",
        "probable",
        "potential",
        "potentially",
        "appear",
        "appears",
        "seem",
        "seems",
        "suspect",
        "suspects",
        "suspected",
        "believe",
        "believed",
        "think",
        "thought",
        "presume",
        "presumed",
        "assume",
        "assumed",
        "unconfirmed",
        "unverified",
        "confirm",
        "confirmed",
        "verify",
        "verified",
        "official",
        "officially",
        "rumour",
        "rumor",
        "rumours",
        "claim",
        "claims",
        "claimed",
        "allege",
        "alleged",
        "suggest",
        "suggests",
        "indicate",
        "indicates",
        "report",
        "reports",
        "reported",
        "review",
        "investigation",
        "unclear",
        "unknown",
        "fear",
        "feared",
        "expect",
        "expected",
        "definitely",
        "certainly",
        "said",
        "would",
        "must",
    ]
)
# Shares its form with "certainly", and says "some" ("certain embassies").
_SAME_FORM = frozenset(["certain"])


def compare(finding: Finding, pair: Pair) -> None:
    """A rank that differs, and a word that shows it beside the source's own verb."""
    old, new = pair.before.certainty, pair.after.certainty
    if Status.SUSPECT in (pair.before.status, pair.after.status) and (
        ChangeKind.STATUS in finding.reasons
    ):
        return  # "suspected of" and "charged with": told as the status
    named = telling(pair.before.source) and telling(pair.after.source)
    if pair.hedged is not None and not (
        pair.hedged.hearsay and (named or _names_whom(finding, pair))
    ):
        raised = pair.hedged.raises
        direction = "raised: no longer" if raised else "lowered: now"
        finding.add(
            ChangeKind.CERTAINTY, f"certainty {direction} “{pair.hedged.shown}”"
        )
        return
    if old is new or _is_parsed_otherwise(finding, pair):
        return
    texts = pair.sentence_before, pair.sentence_after
    if modality.only_heard(*texts):
        return
    if _bearing(texts[0]) == _bearing(texts[1]):
        return
    if _hedges(pair.before, texts[0]) == _hedges(pair.after, texts[1]):
        return
    direction = "raised" if new.rank > old.rank else "lowered"
    finding.add(ChangeKind.CERTAINTY, f"certainty {direction}: {old} → {new}")


def _bearing(sentence: str) -> frozenset[str]:
    """The words that bear on certainty, whoever says them."""
    found = {
        wording.stem(low)
        for low in (wording.fold(w.text) for w in wording.words(sentence))
        if low not in _SAME_FORM
    }
    return frozenset(found & _HEDGES)


def _hedges(mention: Mention, sentence: str) -> frozenset[str]:
    """The words that bear on certainty; who says it is attribution's business."""
    found = set(_bearing(sentence))
    source = telling(mention.source)
    if source is not None and source.kind is not SourceKind.ANONYMOUS:
        found -= {
            wording.stem(wording.fold(w.text)) for w in wording.words(mention.cue or "")
        }
    return frozenset(found)


def _is_parsed_otherwise(finding: Finding, pair: Pair) -> bool:
    """Whether both wordings name who says it, and the parse saw it in one only."""
    if ChangeKind.ATTRIBUTION in finding.reasons:
        return False
    ranks = {pair.before.certainty, pair.after.certainty}
    told = [somebody(m.source) for m in (pair.before, pair.after)]
    named = [s for s in told if s is not None and s.kind is not SourceKind.ANONYMOUS]
    return len(named) == 1 and ranks == {Certainty.REPORTED, Certainty.ASSERTED}


def _names_whom(finding: Finding, pair: Pair) -> bool:
    """Whether hearsay got a name, or a name became hearsay: told as attribution."""
    if pair.hedged is None or ChangeKind.ATTRIBUTION not in finding.reasons:
        return False
    now = pair.after if pair.hedged.raises else pair.before
    source = telling(now.source)
    return source is not None and source.kind is not SourceKind.ANONYMOUS

"""The nouns: frozen dataclasses and enumerations in the words of docs/design.md.

No behaviour beyond tiny derived properties, no I/O, no clock. All times are aware
UTC; all character offsets index the text of the document or revision they name.
"""

from __future__ import annotations

from monitor.model.alerts import (
    Alert,
    Change,
    Form,
    Message,
    Outcome,
    Placement,
    Side,
)
from monitor.model.claims import (
    THRESHOLDS,
    Alignment,
    Assertion,
    Mention,
    Quantity,
    Source,
    Thresholds,
    Transition,
)
from monitor.model.pages import Document, ParsedEntry, ParsedFeed, Request, Response
from monitor.model.words import (
    PRECEDENCE,
    Certainty,
    ChangeKind,
    Comparator,
    DeliveryStatus,
    Polarity,
    Severity,
    SourceKind,
    Status,
    Verdict,
    Weight,
)

__all__ = [
    "PRECEDENCE",
    "THRESHOLDS",
    "Alert",
    "Alignment",
    "Assertion",
    "Certainty",
    "Change",
    "ChangeKind",
    "Comparator",
    "DeliveryStatus",
    "Document",
    "Form",
    "Mention",
    "Message",
    "Outcome",
    "ParsedEntry",
    "ParsedFeed",
    "Placement",
    "Polarity",
    "Quantity",
    "Request",
    "Response",
    "Severity",
    "Side",
    "Source",
    "SourceKind",
    "Status",
    "Thresholds",
    "Transition",
    "Verdict",
    "Weight",
]

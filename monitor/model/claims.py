"""What is found in a text: sources, quantities, mentions, transitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from monitor.model.alerts import Side
from monitor.model.words import (
    Certainty,
    ChangeKind,
    Comparator,
    Polarity,
    SourceKind,
    Status,
    Weight,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One who says it. `name` is resolved within the article (no pronouns)."""

    name: str
    kind: SourceKind


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    `minimum`/`maximum` bound the value (None = open end): "at least 5,811" is
    (5811, None, ≥), "hundreds" (200, 999, vague), "about 40 %" (40, 40, ≈).
    `unit` is the normalised unit or counted noun in the singular ("person",
    "percent", "USD"). `counted` is what is counted, as a readable phrase.
    `start`/`end` are offsets of the number's text (comparator words included).
    """

    minimum: float | None
    maximum: float | None
    comparator: Comparator
    unit: str
    counted: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a document that states a claim, with its parsed parts.

    `start`/`end`/`quote`: the verbatim span (`text[start:end] == quote`).
    `text`: a self-contained wording (pronouns and elided nouns resolved).
    `chain`: sources outermost first, innermost last; empty = the outlet's own voice.
    `measure`: normalised key of what the *primary* quantity counts, without scope
    ("killed/person"), or None; two mentions with one measure are comparable.
    `scope`: normalised words that narrow the measure (place, subgroup, period).
    `setting`: of a count of people, the places around it: in its sentence, else in its
    paragraph, else at the head of the article.
    `predicate`: normalised predicate class; `participants`: normalised names and
    head nouns in the proposition's slots. `entities`: proper names in the sentence.
    `event_on`: the day or the first day of the event, if stated (not the report's).
    `historic`: states an earlier value ("it was initially 13").
    `checkworthy`: 0..1. `denies`: the content is an explicit denial of a claim.
    `absence`: an absence claim ("there has been no official response").
    """

    start: int
    end: int
    quote: str
    text: str
    sentence: int
    chain: tuple[Source, ...] = ()
    cue: str | None = None
    quantities: tuple[Quantity, ...] = ()
    certainty: Certainty = Certainty.ASSERTED
    polarity: Polarity = Polarity.POSITIVE
    status: Status | None = None
    predicate: str = ""
    participants: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    place: str | None = None
    event_on: date | None = None
    measure: str | None = None
    measure_label: str | None = None
    scope: tuple[str, ...] = ()
    weight: Weight = Weight.BODY
    historic: bool = False
    denies: bool = False
    absence: bool = False
    checkworthy: float = 0.0
    setting: tuple[str, ...] = ()

    @property
    def source(self) -> Source | None:
        """The innermost source; None = the outlet's own voice."""
        return self.chain[-1] if self.chain else None

    @property
    def quantity(self) -> Quantity | None:
        """The primary quantity: the one `measure` counts, always first."""
        return self.quantities[0] if self.quantities else None

    @property
    def side(self) -> Side:
        """As a side of a change: what the text says."""
        quantity = self.quantity
        return Side(
            text=self.quote,
            value_min=quantity.minimum if quantity else None,
            value_max=quantity.maximum if quantity else None,
            comparator=quantity.comparator if quantity else None,
            unit=quantity.unit if quantity else None,
            source=self.source.name if self.source else None,
            certainty=self.certainty,
            polarity=self.polarity,
            status=self.status,
        )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`[thresholds]`: from where on a difference counts (docs/design.md, section 5).

    `material_percent` is for approximate and economic figures: exact counts of people
    are material however little they move. Two lower bounds that differ by
    `discrepant_ratio` are a conflict. A new claim below `worth_checking` (0..1) is an
    opinion, a manner or a question: 0.36 tells most of our own news sentences apart.
    """

    material_percent: float = 5.0
    discrepant_ratio: float = 2.0
    worth_checking: float = 0.36


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Transition:
    """What happened to one claim, decided by `claims`; not yet recorded.

    `kinds` holds every kind that applies, by precedence; `kinds[0]` names the
    change. `reason` is one line that a person can read. A missing `before` means
    that the mention is new here, a missing `after` that it is gone.
    """

    kinds: tuple[ChangeKind, ...]
    reason: str
    before: Mention | None = None
    after: Mention | None = None

    @property
    def kind(self) -> ChangeKind:
        """The kind with the highest precedence."""
        return self.kinds[0]

    @property
    def material(self) -> bool:
        """Anything but a rewording."""
        return self.kind is not ChangeKind.REWORDED


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the mentions of two successive revisions of one article correspond.

    `pairs` are (index before, index after); unpaired indices are in `removed`
    and `added`. Identical text is paired too.
    """

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A stored claim as said by one source: a row of the baseline.

    Everything `claims.match` and `claims.compare` need to judge a mention of
    another article against it, without reading any text again.
    """

    assertion_id: int
    claim_id: int
    text: str
    quote: str
    source: str | None
    source_kind: SourceKind | None
    chain: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    comparator: Comparator | None
    unit: str | None
    certainty: Certainty
    polarity: Polarity
    status: Status | None
    predicate: str
    participants: tuple[str, ...]
    entities: tuple[str, ...]
    place: str | None
    event_on: date | None
    measure: str | None
    scope: tuple[str, ...]
    denies: bool
    absence: bool
    as_of: datetime
    story_id: int | None
    outlet: str
    wire_key: str | None
    pinned: bool = False
    weight: Weight = Weight.BODY
    setting: tuple[str, ...] = ()

    @property
    def side(self) -> Side:
        """As a side of a change: what the baseline holds."""
        return Side(
            text=self.quote,
            value_min=self.minimum,
            value_max=self.maximum,
            comparator=self.comparator,
            unit=self.unit,
            source=self.source,
            certainty=self.certainty,
            polarity=self.polarity,
            status=self.status,
        )

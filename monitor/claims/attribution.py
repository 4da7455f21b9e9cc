"""Attributions in running text: who, the cue, and the span of what is said. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.claims import (
    attitudes,
    grammar,
    headlines,
    quotations,
    quotes,
    reach,
    sayings,
    sentences,
    spacy_model,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.claims.parsed import Doc
    from monitor.claims.sentences import Sentence
    from monitor.claims.told import Saying

# Content is direct speech from this share of quoted letters.
DIRECT = 0.5
# A sentence of which so much is in quotation marks holds nothing of the writer's.
WHOLLY = 0.95
_SIGNED = re.compile(r"\s*(?P<cue>[―—–-]{1,2})\s*(?P<name>[A-Z][^\n,.;“\"]{2,60})")
# A line of a transcript: "WALLACE: But, Governor, …".
_LABELLED = re.compile(
    r"^[“\"]?(?P<name>[A-Z][A-Z.’'-]+(?: [A-Z][A-Z.’'-]+){0,3})(?P<cue>:)\s+(?P<said>\S.+)$",
    re.MULTILINE,
)
# Fewer names before a colon make no conversation.
SPEAKERS = 2


@dataclass(frozen=True, slots=True)
class Attribution:
    """Offsets into the text; `source` is its wording there, None = unnamed."""

    source: str | None
    cue: str
    start: int
    end: int


def attributions(text: str) -> tuple[Attribution, ...]:
    """All attributions of a text in order; needs the English model."""
    if spacy_model.package() is None:
        return ()
    reader = Reader(text, wishes=True)
    split = sentences.split(text)
    with spacy_model.zone():
        spelling = headlines.spelling(s.text for s in split)
        docs = spacy_model.parse(
            [headlines.sentence_case(s.text, spelling) for s in split]
        )
        for sentence, doc in zip(split, docs, strict=True):
            headlines.name(doc, spelling)
            reader.read(sentence, doc)
    reader.sign()
    return tuple(_outermost(reader.found))


def _outermost(found: list[Attribution]) -> Iterator[Attribution]:
    """In order, without what is said inside what another says: those are his words."""
    end = -1
    for a in sorted(found, key=lambda a: (a.start, -a.end)):
        if a.end > end:
            yield a
            end = a.end


def _cues_beside(sentence: Sentence, doc: Doc, saying: Saying) -> list[int]:
    """Where else in the sentence somebody starts to speak."""
    return [
        sentence.start + t.idx
        for t in doc
        if t.i != saying.cue and t.pos_ == "VERB" and grammar.speaks(t)
    ]


class Reader:
    """Reads a text sentence by sentence and joins speech that goes on.

    With `wishes`, plans and judgements are attributions too; the finder of claims
    takes none for a source.
    """

    def __init__(self, text: str, *, wishes: bool = False) -> None:
        self.text = text
        self.wishes = wishes
        self.regions = quotes.regions(text)
        self.signed = list(self._signed())
        self.labelled = list(self._labelled())
        self.found: list[Attribution] = []
        self.speech: int | None = None  # where in `found` the last speech stands
        self.line = -1
        self.told: tuple[int, int] | None = None  # where and in which line, of any
        # who and which verb, of "She said:" before a quotation of its own
        self.lead: tuple[str, str] | None = None

    def read(self, sentence: Sentence, doc: Doc) -> list[Saying]:
        """Who says what in the next sentence; its spans are in `found`."""
        shortest = 1 if self.wishes else quotations.SPEECH
        told = sayings.find(doc, self._spoken(sentence), shortest)
        if self.wishes:
            self._note(sentence, doc, told + attitudes.find(doc, told))
        elif self.regions:
            self._note(sentence, doc, told)
        return told

    def goes_on(self, sentence: Sentence) -> bool:
        """Whether the sentence just read is all quotation, of who spoke before."""
        return self.share(sentence) >= WHOLLY and self.line == sentence.line

    def begun_before(self, sentence: Sentence) -> int | None:
        """Where a quotation began that an earlier sentence opened and this one ends."""
        for start, end in self.regions:
            if start < sentence.start < end <= sentence.end:
                return start
        return None

    def share(self, sentence: Sentence) -> float:
        """How much of a sentence is quoted."""
        return quotes.share(sentence.start, sentence.end, self.regions)

    def signer(self, sentence: Sentence) -> str | None:
        """Who signed the sentence, or has the line: “…” — Fenn, "FENN: …"."""
        for region, name, _ in (*self.signed, *self.labelled):
            if quotes.share(sentence.start, sentence.end, [region]) >= DIRECT:
                return name
        return None

    def _spoken(self, sentence: Sentence) -> list[tuple[int, int]]:
        """The quotations that the sentence has a part in, by its own offsets."""
        return [
            (start - sentence.start, min(end, sentence.end) - sentence.start)
            for start, end in self.regions
            if start < sentence.end and sentence.start < end
        ]

    def _note(self, sentence: Sentence, doc: Doc, all_told: list[Saying]) -> None:
        """Add the attributions of a sentence or lengthen the last speech."""
        told = [s for s in all_told if self._is_outside(sentence, doc, s)]
        led, self.lead = self.lead, None
        if not told:
            if self.share(sentence) < WHOLLY:
                self._alone(sentence, doc)
            elif led is not None:
                self._open(sentence, led)
            else:
                self._continue(sentence)
            return
        for saying in told:
            placed = self._placed(sentence, doc, saying)
            direct = self._is_direct(placed)
            if direct:
                rivals = _cues_beside(sentence, doc, saying)
                at = sentence.start + doc[saying.cue].idx
                placed = self._widened(sentence, placed, rivals, at)
            if any((a.start, a.end) == (placed.start, placed.end) for a in self.found):
                continue
            if direct:
                self._add(placed, sentence.line)
            else:
                self.found.append(placed)
            if placed.source is not None:
                self.told = len(self.found) - 1, sentence.line

    def sign(self) -> None:
        """Add quotations signed behind a dash, then those that nobody has claimed."""
        for (start, end), name, cue in self.signed:
            if not any(a.start < end and start < a.end for a in self.found):
                self.found.append(Attribution(name, cue, start, end))
        for (start, end), name, cue in self.labelled:
            self.found.append(Attribution(name, cue, start, end))
        for start, end in self.regions:
            free = not any(a.start < end and start < a.end for a in self.found)
            near = self._near(start) if free else None
            if near and not quotations.is_title(self.text[start:end]):
                self.found.append(Attribution(near, "", start, end))

    def _near(self, at: int) -> str | None:
        """Who else speaks in the paragraph, the nearest first."""
        low = self.text.rfind("\n", 0, at) + 1
        high = self.text.find("\n", at)
        high = len(self.text) if high < 0 else high
        beside = [a for a in self.found if a.source and low <= a.start < high]
        return min(beside, key=lambda a: abs(a.start - at)).source if beside else None

    def _labelled(self) -> Iterator[tuple[tuple[int, int], str, str]]:
        lines = list(_LABELLED.finditer(self.text))
        if len({match.group("name") for match in lines}) < SPEAKERS:
            return  # "UPDATE: …" alone is no conversation
        for match in lines:
            yield match.span("said"), match.group("name"), match.group("cue")

    def _signed(self) -> Iterator[tuple[tuple[int, int], str, str]]:
        for region in self.regions:
            match = _SIGNED.match(self.text, region[1])
            if match:
                yield region, match.group("name"), match.group("cue")

    def _is_outside(self, sentence: Sentence, doc: Doc, saying: Saying) -> bool:
        """A cue inside quotation marks belongs to what is said."""
        at = sentence.start + doc[saying.cue].idx
        return not any(a < at < b for a, b in self.regions)

    def _alone(self, sentence: Sentence, doc: Doc) -> None:
        """A cue whose quotation is a sentence beside it: “Go!” She shouted to him."""
        verbs = [t for t in doc if t.dep_ == "ROOT" and t.pos_ == "VERB"]
        leads = sentence.text.rstrip().endswith(":")
        spoken = bool(verbs) and (leads or grammar.speaks(verbs[0]))
        who = grammar.speaker(verbs[0]) if spoken else None
        if who is None or grammar.is_mute(who):
            return
        span = grammar.phrase(who)
        name, cue = doc.stretch(span[0], span[-1] + 1), verbs[0].text
        if leads:
            self.lead = name, cue
            return
        for start, end in self.regions:
            beside = (
                end <= sentence.start and not self.text[end : sentence.start].strip()
            )
            free = not any(a.start < end and start < a.end for a in self.found)
            if (
                beside
                and free
                and quotes.words(self.text, (start, end)) >= quotations.SPEECH
            ):
                self._add(Attribution(name, cue, start, end), sentence.line)

    def _open(self, sentence: Sentence, led: tuple[str, str]) -> None:
        """A quotation that the sentence before announced."""
        start, end = sentence.start, sentence.end
        for a, b in self.regions:
            if a < end and start < b:
                start, end = min(start, a), max(end, b)
        self._add(Attribution(*led, start, end), sentence.line)

    def _add(self, spoken: Attribution, line: int) -> None:
        self.found.append(spoken)
        self.speech, self.line = len(self.found) - 1, line

    def _continue(self, sentence: Sentence) -> None:
        """A sentence that is all quotation belongs to who spoke before."""
        if self.share(sentence) < WHOLLY:
            return
        if self.speech is None or self.line != sentence.line:
            self._follow(sentence)
        if self.speech is None:
            return
        if sentence.line - self.line > 1 or self._is_led(sentence):
            return
        last = self.found[self.speech]
        if sentence.line == self.line:
            if sentence.end > last.end:
                self.found[self.speech] = replace(last, end=sentence.end)
            return
        goes_on = Attribution(last.source, "", sentence.start, sentence.end)
        self._add(goes_on, sentence.line)

    def _follow(self, sentence: Sentence) -> None:
        """Without speech before it, it goes on with what the last sentence told."""
        if self.told is None or self.told[1] != sentence.line:
            return
        if not self._is_led(sentence):
            self.speech, self.line = self.told

    def _is_led(self, sentence: Sentence) -> bool:
        """Whether its quotation ends in a later sentence, before a cue: “A. B,” …"""
        for start, end in self.regions:
            if sentence.start <= start < sentence.end < end:
                rest = self.text[end : self.text.find("\n", end)]
                return any(c.isalpha() for c in rest)
        return False

    def _is_direct(self, placed: Attribution) -> bool:
        return quotes.share(placed.start, placed.end, self.regions) >= DIRECT

    def _widened(
        self,
        sentence: Sentence,
        placed: Attribution,
        rivals: list[int],
        cue: int,
    ) -> Attribution:
        """The span over the quotations it touches, and those behind its cue."""
        start, end = placed.start, placed.end
        touched = [(a, b) for a, b in self.regions if a < end and start < b]
        start = min([start, *(a for a, _ in touched)])
        end = max([end, *(b for _, b in touched)])
        for a, b in self.regions:
            near = end < a < sentence.end and not any(end < r < a for r in rivals)
            if near and quotes.words(self.text, (a, b)) >= quotations.SPEECH:
                touched.append((a, b))
                end = b
        if start < cue < end:
            start, end = self._best(touched, start, end)
        return replace(placed, start=start, end=end)

    def _best(
        self, pieces: list[tuple[int, int]], start: int, end: int
    ) -> tuple[int, int]:
        """The whole span, or its longest quotation where the cue is long."""
        lengths = {p: quotes.words(self.text, p) for p in pieces}
        spoken = sum(lengths.values())
        whole = quotes.words(self.text, (start, end))
        longest = max(pieces, key=lambda p: lengths[p], default=(start, end))
        if len(pieces) > 1 and lengths[longest] / spoken > spoken / whole:
            return longest
        return start, end

    def _placed(self, sentence: Sentence, doc: Doc, saying: Saying) -> Attribution:
        content = reach.widened(doc, saying, sayings.trimmed(doc, saying))
        first, last = doc[content[0]], doc[content[-1]]
        source = saying.source
        name = doc.stretch(source[0], source[-1] + 1) if source else None
        end = last.idx + len(last.text)
        return Attribution(
            name, saying.cue_text, sentence.start + first.idx, sentence.start + end
        )

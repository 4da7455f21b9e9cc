"""Sentences of a document with offsets, each with its weight. Pure.

A line is a paragraph; a sentence never crosses a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nupunkt import PunktSentenceTokenizer, load

from monitor.model import Weight

# Abbreviations of news prose that nupunkt's own list misses.
ABBREVIATIONS = (
    *("lt", "maj", "brig", "gen", "col", "sgt", "capt", "cmdr", "adm", "rep", "sen"),
    *("gov", "incl", "approx", "vs", "bn", "mn", "ft", "mt", "st", "rev", "hon"),
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov"),
    *("dec", "mr", "mrs", "ms", "dr", "prof", "jr", "sr", "inc", "corp", "ltd", "co"),
    *("supt", "assn", "bros", "univ", "assoc", "dept", "messrs", "insp", "hrs", "mins"),
)
# nupunkt's own list was mined from scans and holds "bank", "found", "memo", "reports":
# at a longer word than this a sentence may end, unless the list above has it.
LONGEST_ABBREVIATION = 3
# Shorter words of its list that end sentences in news.
_WORDS = frozenset(
    (
        *("add", "ago", "all", "arm", "art", "ask", "bar", "bat", "bay", "bed", "bee"),
        *("bet", "bin", "bus", "can", "cap", "car", "cow", "day", "den", "dig", "end"),
        *("fee", "few", "fin", "gas", "gun", "hay", "hen", "hum", "ill", "ink", "lab"),
        *("law", "leg", "lie", "lit", "lot", "low", "map", "mum", "off", "oil", "old"),
        *("one", "out", "par", "pay", "pen", "pet", "pin", "pop", "pub", "raw", "red"),
        *("rob", "row", "saw", "sea", "sow", "tax", "ten", "van", "vet", "war", "way"),
        *("web", "wig", "win", "won", "act", "aid", "air", "ban", "job", "sky", "too"),
    )
)
# Characters of the longest sentence that is parsed whole: some four times the
# longest that news writes; a parse takes more than linear time.
LONGEST = 1_500
# A credit, a link or a share line states nothing.
_FURNITURE = re.compile(
    r"(?:pic\.twitter\.com|https?://)\S+$"
    r"|(?:photo|image|picture|video|credit|file photo|source|read more|related"
    r"|see also|advertisement|share this|follow us|sign up)\b[^.!?]{0,80}$"
    r"|\(?(?:AP|AFP|Reuters|Getty)[ /][^.!?]{0,60}\)?$",
    re.IGNORECASE,
)
# "— Name (@handle) January 20, 2026" signs the embedded post above it.
SIGNATURE = re.compile(r"^[—–-]{1,2}\s*(?P<name>[^(@]{2,80}?)\s*\(@\w{1,30}\)")
# What stands before the first sentence of a line: a bullet, the hour of a live blog,
# a dateline ("HARNE (Wire) – "); the parse takes them for a subject.
_OPENING = re.compile(
    r"\s*(?:[•·▪‣◦*]\s+)?(?:\d{1,2}[:.]\d{2}\s?(?:[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?(?:$|:?\s))?"
    r"(?:(?:[A-Z][\w.’'-]+[ ,]+){0,3}\((?:Reuters|AP|AFP|UPI|dpa|CNN[\w ]{0,12})\)"
    r"\s(?:[—–-]{1,2}\s)?)?"
    r"(?:[A-Z][A-Z.’'/ -]{2,40}(?:,\s[A-Z][\w. ]{2,20}){0,2}(?:\s\([^)]{2,30}\))?"
    r"\s[—–-]{1,2}\s)?"
)
# "Analysis: How …", "… – live updates": what kind of text it heads, and no source.
_KIND = (
    r"(?:live|live (?:updates|blog)|as it happened|updates?|breaking(?: news)?"
    r"|exclusive|watch|video|in pictures|explainer|explained|analysis|opinion|comment)"
)
_LABEL = re.compile(rf"\s*{_KIND}\s?[:|]\s+", re.IGNORECASE)
_LABEL_BEHIND = re.compile(rf"\s*(?:[–—|-]|:)\s+{_KIND}\s*$", re.IGNORECASE)
_CREDIT = re.compile(
    r"\s(?:Photo|Image|Picture|Credit|Photograph)\s?(?:by|:)\s?\S[^.!?]{0,80}$"
    r"|\s\(?(?:REUTERS|AP|AFP|Getty Images|EPA)(?: Photo)?/[^.!?]{0,60}\)?$",
    re.IGNORECASE,
)
_LINK = re.compile(r"\s*\b(?:pic\.twitter\.com|https?://)\S+")
# A notice of correction reports on the article, not on the world.
CORRECTION = re.compile(
    r"^\W*(?:correction|clarification|editor[’']?s? note|corrections? and"
    r"|(?:this|an earlier version of this) (?:article|story|report|post)\b"
    r".{0,80}\b(?:was|has been|incorrectly|misstated|amended|updated|corrected|said))",
    re.IGNORECASE,
)
# "“Mr. President, …": behind a quotation mark the splitter knows no abbreviation.
_QUOTED = re.compile(rf"[“\"‘'(](?:{'|'.join(ABBREVIATIONS)})\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text` is `document.text[start:end]`; `line` its paragraph."""

    index: int
    line: int
    start: int
    end: int
    text: str
    weight: Weight
    speaker: str | None = None


@cache
def _tokenizer() -> PunktSentenceTokenizer:
    tokenizer = load("default")
    for word in tokenizer.abbreviations - set(ABBREVIATIONS):
        long = word.isalpha() and len(word) > LONGEST_ABBREVIATION
        if long or word in _WORDS:
            tokenizer.remove_abbreviation(word)
    for word in ABBREVIATIONS:
        tokenizer.add_abbreviation(word)
    return tokenizer


def spans(text: str) -> list[tuple[int, int]]:
    """The sentence spans of one paragraph, without surrounding spaces."""
    found: list[tuple[int, int]] = []
    for start, end in _tokenizer().span_tokenize(text):
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        mark = end - start <= 2 and not text[start:end].isalnum()
        if found and (mark or _QUOTED.search(text[slice(*found[-1])])):
            found[-1] = (found[-1][0], end)
        elif end > start:
            found += _bounded(text, start, end)
    return found


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span, or pieces of it where no person wrote a sentence that long."""
    pieces = []
    while end - start > LONGEST:
        cut = max(text.rfind(mark, start, start + LONGEST) for mark in ", ")
        cut = cut + 1 if cut > start else start + LONGEST
        pieces.append((start, cut))
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    return [*pieces, (start, end)] if end > start else pieces


def split(text: str, headline_end: int = 0) -> tuple[Sentence, ...]:
    """All sentences that may hold a claim; furniture and notices left out."""
    found: list[Sentence] = []
    lines = text.split("\n")
    speakers = _signed(lines)
    at = 0
    for number, line in enumerate(lines):
        start_of_line, at = at, at + len(line) + 1
        stripped = line.strip()
        if not stripped or SIGNATURE.match(stripped) or _FURNITURE.match(stripped):
            continue
        if CORRECTION.match(stripped):
            continue
        weight = _weight(line, start_of_line, headline_end)
        pieces = (
            [_trimmed(line)] if weight is Weight.HEADLINE else spans(_unlinked(line))
        )
        opening = _OPENING.match(line)
        for begin, end in pieces:
            start = max(begin, opening.end()) if opening else begin
            if start >= end:
                continue
            found.append(
                Sentence(
                    index=len(found),
                    line=number,
                    start=start_of_line + start,
                    end=start_of_line + end,
                    text=line[start:end],
                    weight=weight,
                    speaker=speakers.get(number),
                )
            )
    return tuple(found)


def _trimmed(line: str) -> tuple[int, int]:
    """The span of a headline without spaces and the label of its kind."""
    before, behind = _LABEL.match(line), _LABEL_BEHIND.search(line)
    start = before.end() if before else len(line) - len(line.lstrip())
    return start, behind.start() if behind else len(line.rstrip())


def _unlinked(line: str) -> str:
    """Cut a trailing credit or link off; offsets before it stay true."""
    cut = len(line)
    for pattern in (_CREDIT, _LINK):
        match = pattern.search(line)
        if match:
            cut = min(cut, match.start())
    return line[:cut]


def _weight(line: str, start: int, headline_end: int) -> Weight:
    if start < headline_end:
        return Weight.HEADLINE
    return Weight.CAPTION if _CREDIT.search(line) else Weight.BODY


def _signed(lines: list[str]) -> dict[int, str]:
    """Line number of an embedded post → who signs it on the next line."""
    speakers: dict[int, str] = {}
    for number, line in enumerate(lines):
        match = SIGNATURE.match(line.strip())
        above = next((n for n in range(number - 1, -1, -1) if lines[n].strip()), None)
        if match and above is not None:
            speakers[above] = match.group("name").strip()
    return speakers

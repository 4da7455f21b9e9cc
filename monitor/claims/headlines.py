"""Letter case of headlines and names, and a headline's source by a colon. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.claims import cues, number_words
from monitor.claims.grammar import names_speaker, tokens_in
from monitor.claims.told import Saying

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.claims.parsed import Doc

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
# Share of capitalised words from which a headline is in title case.
TITLE_SHARE = 0.6
_BEHIND = re.compile(r"(?::|\s[–—-])\s+(?P<source>[^:–—]{2,40})$")
_TAIL = re.compile(r",\s+(?P<source>[^:,]{2,40}?)\s(?:say|says|said)$")
_BEFORE = re.compile(r"^(?P<source>[^:,]{2,40}):\s+(?=\S)")
_SIGNS = (":", "–", "—", "-")


def spelling(bodies: Iterable[str]) -> dict[str, str]:
    """How the article's body writes each word away from a sentence's start."""
    found: dict[str, str] = {}
    for text in bodies:
        for match in list(_WORD.finditer(text))[1:]:
            word = match.group()
            if word.islower() or word.lower() not in found:
                found[word.lower()] = word
    return found


def name(doc: Doc, spelling: Mapping[str, str]) -> None:
    """Take a word that its text only writes with a capital for a name.

    "Trump said": to the parser a trump, which says nothing.
    """
    for token in doc:
        if token.pos_ == "NOUN" and token.tag_ == "NN" and token.text[0].isupper():
            word = spelling.get(token.lower_)
            if word is not None and word[0].isupper():
                token.pos_, token.tag_ = "PROPN", "NNP"


def sentence_case(text: str, spelling: Mapping[str, str]) -> str:
    """A title-case headline as a sentence would write it; same length."""
    words = [m for m in _WORD.finditer(text) if len(m.group()) > 3]
    capitals = sum(m.group()[0].isupper() for m in words)
    if not words or capitals < TITLE_SHARE * len(words):
        return text

    def lowered(match: re.Match[str]) -> str:
        word = match.group()
        known = spelling.get(word.lower())
        if match.start() == 0 or not word[0].isupper() or word.isupper():
            return word
        if known is not None:
            return known
        return word if word.lower() not in _ordinary() else word.lower()

    return _WORD.sub(lowered, text)


def _ordinary() -> frozenset[str]:
    """Words of the lexicons: common nouns and verbs, never names."""
    keys = ("saying", "directive", "judgement", "nouns", "headline")
    numbers = number_words.words_of("en")
    counting = frozenset(numbers.units) | frozenset(numbers.vague)
    return counting.union(*(cues.words(k) for k in keys))


def source(doc: Doc) -> Saying | None:
    """ "Bridge closed: police", "Police: bridge closed"."""
    for pattern in (_BEHIND, _BEFORE, _TAIL):
        match = pattern.search(doc.text)
        if match is None or not _names_source(match.group("source")):
            continue
        who = tokens_in(doc, *match.span("source"))
        signs = _SIGNS if pattern is not _TAIL else (",",)
        colon = [t.i for t in doc if t.text in signs and _beside(t.i, who)]
        rest = [t.i for t in doc if t.i not in {*who, *colon}]
        if pattern is _TAIL:
            rest = [i for i in rest if i < who[0]]
        if not who or not colon or not rest:
            continue
        inside = set(rest)
        tops = [i for i in rest if doc[i].head.i not in inside or doc[i].head.i == i]
        return Saying(colon[0], "speech", rest, tops, who, who[-1], cue_text=":")
    return None


def _names_source(text: str) -> bool:
    words = _WORD.findall(text.lower())
    return any(
        names_speaker(w) or names_speaker(w.removesuffix("s")) for w in words[-1:]
    )


def _beside(at: int, who: list[int]) -> bool:
    return at in (who[0] - 1, who[-1] + 1)

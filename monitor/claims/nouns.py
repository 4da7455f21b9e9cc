"""What a number counts, found lexically: the head noun after it and its modifiers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from monitor.claims import wordlists
from monitor.claims.numerals import Token

# A counted phrase rarely has more words before its head ("junior and mid-level
# police officers"); a longer look runs into the verb phrase.
LONGEST_PHRASE = 6
_HYPHENS = {"-", "‐", "‑"}


@cache
def _lists() -> dict[str, frozenset[str]]:
    table = wordlists.table("nouns")
    return {
        name: frozenset(words if isinstance(words, list) else words.split())
        for name, words in table.items()
        if name != "singular"
    }


@cache
def _singulars() -> dict[str, str]:
    return wordlists.mapping("nouns", "singular")


def singular(noun: str) -> str:
    """The singular of an English noun in lower case; unknown forms stay.

    >>> singular("Families")
    'family'
    """
    word = noun.lower()
    known = _singulars().get(word)
    if known:
        return known
    if word.endswith("men") and len(word) > 4 and word not in _lists()["men_nouns"]:
        return f"{word[:-3]}man"
    if word in _lists()["singular_s"]:
        return word
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


def is_plural(word: str) -> bool:
    """Whether an English word looks like a plural noun."""
    lower = word.lower()
    if word[:1].isupper() and lower.endswith("is") and len(lower) > 5:
        return True  # Iraqis, Somalis
    if "’" in lower or "'" in lower or lower in _lists()["never_nouns"]:
        return False
    return lower in _singulars() or singular(lower) != lower


def is_person(word: str) -> bool:
    """Whether the noun names people in general or by role."""
    return singular(word) in _lists()["people"] | _lists()["generic_people"]


def is_generic_person(word: str) -> bool:
    """Whether the noun says no more than that they are human beings."""
    return singular(word) in _lists()["generic_people"]


def is_participle(word: str) -> bool:
    """Killed, wounded, missing: a state said of people without naming them."""
    return word.lower() in _lists()["participles"]


def _stops(token: Token, *, first: bool) -> bool:
    if token.kind == "number":
        return True
    if token.kind == "sign":
        return token.text not in _HYPHENS | {"'", "’", "“", "”", '"', "&", "/"}
    if first and token.lower in {"of", "other", "more", "such"}:
        return False
    acronym = token.text.isupper() and len(token.text) > 1  # four US senators
    return token.lower in _lists()["stops"] and not acronym


def phrase_after(
    tokens: Sequence[Token], at: int, *, plural: bool
) -> tuple[int, int] | None:
    """Token range of the noun phrase from `at`; the head is its last token.

    `plural` prefers the first run that ends in a plural noun ("26 saves in ...").
    """
    limit = min(len(tokens), at + LONGEST_PHRASE + 3)
    start = at
    while start < limit and _leads(tokens, start):
        start += 1
    end, head, last_word = start, -1, -1
    while end < limit and not _ends(tokens, start, end):
        token = tokens[end]
        if token.kind == "word":
            last_word = end
            head_here = is_plural(token.text) if plural else is_person(token.text)
            if head_here and not _modifies(tokens, end):
                head = end
                if not _continues(tokens, end):
                    break
        end += 1
    head = head if head >= 0 else _trim(tokens, start, last_word)
    return (start, head + 1) if head >= start else None


def _leads(tokens: Sequence[Token], at: int) -> bool:
    """A word before the noun phrase proper: "of", "other"; "the" only after "of"."""
    word = tokens[at].lower
    if word in _lists()["determiners"]:
        return at > 0 and tokens[at - 1].lower == "of"
    return word in _lists()["leading"]


def _ends(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether the noun phrase that began at `start` stops before token `at`."""
    token = tokens[at]
    if token.lower == "and" and at > start:  # junior and mid-level officers
        return not _coordinates(tokens, at)
    if at > start and token.start > tokens[at - 1].end and token.kind == "sign":
        return True
    return _stops(token, first=at == start)


def _coordinates(tokens: Sequence[Token], at: int) -> bool:
    """An "and" between two modifiers: a plural noun follows soon, none came before."""
    if at and is_plural(tokens[at - 1].text):
        return False
    for token in tokens[at + 1 : at + 5]:
        if token.kind == "word" and is_plural(token.text):
            return True
        if _stops(token, first=False):
            return False
    return False


def _modifies(tokens: Sequence[Token], at: int) -> bool:
    """A plural-looking word that only qualifies: possessive or before a hyphen."""
    nxt = tokens[at + 1] if at + 1 < len(tokens) else None
    return nxt is not None and nxt.text in _HYPHENS and nxt.start == tokens[at].end


def _continues(tokens: Sequence[Token], at: int) -> bool:
    """A capitalised plural before another plural: "Teams players"."""
    nxt = tokens[at + 1] if at + 1 < len(tokens) else None
    if nxt is None or nxt.kind != "word":
        return False
    tied = tokens[at - 1].text in _HYPHENS and not _stops(nxt, first=False)
    return is_plural(nxt.text) or tied  # plain-clothes officers


def _trim(tokens: Sequence[Token], start: int, last: int) -> int:
    """The last word before a verb form that can head a noun phrase, or -1."""
    for at in range(start, last + 1):
        if _verbal(tokens[at].lower) and not tokens[at].lower.endswith("ly"):
            last = at - 1
            break
    while last >= start:
        token = tokens[last]
        bad = token.kind != "word" or _verbal(token.lower)
        if not bad:
            return last
        last -= 1
    return -1


def _verbal(word: str) -> bool:
    if word in _lists()["ed_nouns"]:
        return False
    if word.endswith("ing") and len(word) > 4:
        return word not in _lists()["ing_nouns"]
    return word.endswith(("ed", "ly")) or word in _lists()["verbs"]


def is_function_word(word: str) -> bool:
    """A determiner, preposition, adverb of degree ...: no name starts with it alone."""
    lists = _lists()
    lower = word.lower()
    return any(
        lower in lists[name] for name in ("stops", "leading", "degree", "determiners")
    )


def could_head(word: str) -> bool:
    """Whether a lower-case word can be a noun at all, as far as the lists know."""
    lists = _lists()
    return not (word in lists["stops"] or word in lists["never_nouns"] or _verbal(word))

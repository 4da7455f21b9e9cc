"""How two plain words relate in meaning: alike, narrower, opposed. Pure.

Reads `data/senses.txt`, cut out of WordNet. Words come in the comparable form of
`stems.base`, so one form may stand for a verb and a noun: both are tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from monitor.claims import wordlists
from monitor.claims.stems import stem

# Second words of two-word verbs ("step down", "break out").
PARTICLES = frozenset(
    [
        "about",
        "across",
        "ahead",
        "apart",
        "away",
        "back",
        "by",
        "down",
        "forth",
        "forward",
        "in",
        "off",
        "on",
        "out",
        "over",
        "through",
        "to",
        "together",
        "under",
        "up",
    ]
)

Senses = dict[str, tuple[str, ...]]


@dataclass(slots=True)
class _Lexicon:
    senses: dict[str, Senses] = field(default_factory=dict)
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)
    opposed: dict[str, set[str]] = field(default_factory=dict)
    derived: dict[str, set[str]] = field(default_factory=dict)


@cache
def _lexicon() -> _Lexicon:
    found = _Lexicon()
    for line in wordlists.read("senses.txt").splitlines():
        mark, _, rest = line.partition(" ")
        first, *others = rest.split(" ")
        if mark == "w":
            rows = (row.split(":") for row in others)
            found.senses[first] = {pos: tuple(s.split(",")) for pos, s in rows}
        elif mark == "h":
            found.above[first] = tuple(others)
        elif mark in ("o", "d"):
            table = found.opposed if mark == "o" else found.derived
            for other in others:
                _link(table, first, other)
    for row in wordlists.table("contrasts")["opposites"]:
        left, right = (side.split() for side in row.split("|"))
        for a in left:
            for b in right:
                _link(found.opposed, _key(a), _key(b))
    return found


def _link(table: dict[str, set[str]], a: str, b: str) -> None:
    table.setdefault(a, set()).add(b)
    table.setdefault(b, set()).add(a)


@cache
def _acts() -> dict[str, int]:
    rows = enumerate(wordlists.table("contrasts")["acts"])
    return {_key(word): number for number, row in rows for word in row.split()}


def _key(word: str) -> str:
    verb, _, particle = word.partition("_")
    return f"{stem(verb)}_{particle}" if particle else stem(verb)


def other_act(a: str, b: str) -> bool:
    """Whether the words name two deeds that are never one."""
    one, two = _acts().get(a), _acts().get(b)
    return one is not None and two is not None and one != two


# British spellings as the lexicon has them, by how the comparable forms end.
_AMERICAN = (("is", "iz"), ("ys", "yz"), ("our", "or"), ("tr", "ter"), ("enc", "ens"))


@lru_cache(maxsize=50_000)
def _listed(key: str) -> str:
    """The word as the lexicon spells it ("apologis" as "apologiz")."""
    words = _lexicon().senses
    if key not in words:
        for ending, american in _AMERICAN:
            other = key.removesuffix(ending) + american
            if key.endswith(ending) and other in words:
                return other
    return key


def known(key: str) -> bool:
    """Whether the word is in the lexicon."""
    return _listed(key) in _lexicon().senses


def positive(key: str) -> list[str]:
    """The adjective that a comparative or superlative is of ("strongest")."""
    words = _lexicon().senses
    for ending in ("iest", "ier", "est", "er"):
        short = key.removesuffix(ending)
        if short != key:
            found = (short + "y", short, short[:-1], short + "e")
            return [k for k in found if len(k) > 2 and "a" in words.get(k, ())][:1]
    return []


def parts_of_speech(key: str) -> frozenset[str]:
    """The parts of speech a word can be: n, v, a (adjective), r (adverb)."""
    return frozenset(_lexicon().senses.get(_listed(key), ()))


@lru_cache(maxsize=50_000)
def alike(a: str, b: str) -> bool:
    """Whether one word can stand for the other: synonym, narrower, or derived."""
    lexicon = _lexicon()
    a, b = _listed(a), _listed(b)
    if b in lexicon.derived.get(a, ()):
        return True
    if opposed(a, b) or other_act(a, b):
        return False
    left, right = lexicon.senses.get(a, {}), lexicon.senses.get(b, {})
    if any(_alike(pos, left[pos], right[pos]) for pos in left.keys() & right.keys()):
        return True
    one, two = _deed(a), _deed(b)
    if one == two:
        return one != ""
    if not one or not two or (one, two) == (a, b) or other_act(one, two):
        return False
    return _alike("v", lexicon.senses[one]["v"], lexicon.senses[two]["v"])


_NOMINAL = ("ation", "ition", "ion", "ment", "al", "anc", "enc", "ur", "ing")


@lru_cache(maxsize=50_000)
def _deed(key: str) -> str:
    """The verb a word is or is derived from ("violation": "violat"), or nothing."""
    words = _lexicon().senses
    if "v" in words.get(key, ()):
        return key
    for ending in _NOMINAL:
        verb = key.removesuffix(ending)
        if len(verb) > SHORTEST_VERB and verb != key and "v" in words.get(verb, ()):
            return verb
    return ""


# Shorter ones are no verbs that a noun was made of ("station", "nation").
SHORTEST_VERB = 3


def _alike(pos: str, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    one, two = set(a), set(b)
    if one & two:
        return True
    # one level only: two above, verbs mean "move" and nouns "person"
    one_up, two_up = _up(a), _up(b)
    if one_up & two or two_up & one:
        return True
    # two adjectives of one cluster ("fierce" and "violent")
    return pos == "a" and bool(one_up & two_up)


def _up(synsets: Iterable[str]) -> set[str]:
    above = _lexicon().above
    return {upper for synset in synsets for upper in above.get(synset, ())}


@lru_cache(maxsize=50_000)
def opposed(a: str, b: str) -> bool:
    """Whether the words are opposites, or mean nearly what opposites mean."""
    lexicon = _lexicon()
    a, b = _listed(a), _listed(b)
    if a in _SIDES and b in _SIDES:
        return False
    if b in lexicon.opposed.get(a, ()) or _negated(a, b) or _negated(b, a):
        return True
    return any(_same_sense(x, b) for x in lexicon.opposed.get(a, ()) if x != b) or any(
        _same_sense(a, y) for y in lexicon.opposed.get(b, ()) if y != a
    )


# Opposite as places and sexes are: another one, not the contrary.
_SIDES = frozenset(
    [
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
        "left",
        "right",
        "first",
        "last",
        "former",
        "latter",
        "male",
        "femal",
        "upper",
        "low",
        "top",
        "bottom",
        "front",
        "back",
        "old",
        "young",
        "day",
        "night",
        "boy",
        "girl",
        "man",
        "woman",
    ]
)
_NEGATING = ("un", "in", "im", "il", "ir", "dis", "non")


def _negated(a: str, b: str) -> bool:
    """Whether one is the other with a negating prefix ("unlocked", "disagree")."""
    return len(a) > 3 and any(b == prefix + a for prefix in _NEGATING)


def _same_sense(a: str, b: str) -> bool:
    """Whether the commonest senses of two words share a synset."""
    left, right = _lexicon().senses.get(a, {}), _lexicon().senses.get(b, {})
    return any(set(left[p][:2]) & set(right[p][:2]) for p in left.keys() & right.keys())

"""Which words of two wordings stand where: what came in, which names swapped. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from monitor.claims import wording
from monitor.claims.held import Held
from monitor.claims.wording import Word


def inserted(cue: str, text: str, other: str) -> bool:
    """Whether a cue stands in a stretch that the other wording has nothing for.

    A cue that the other wording has elsewhere has only moved.
    """
    own, known = wording.words(text), wording.words(other)
    said, held = Held(cue), Held(other)
    keys = {w.key for w in said.words if not held.covers(w, said)}
    matcher = SequenceMatcher(
        None, [w.key for w in known], [w.key for w in own], autojunk=False
    )
    return any(
        tag == "insert" and keys & {w.key for w in own[k:m]}
        for tag, _, _, k, m in matcher.get_opcodes()
    )


# Roles are told apart over a stretch of this many words at most.
ROLE_GAP = 8
_JOINING = frozenset(("and", "or", "nor", "with", "&"))


def swapped(before: str, after: str) -> tuple[str, str] | None:
    """Two names that changed places around the same words: "A beat B", "B beat A".

    Not where they are only listed ("A and B met").
    """
    old, new = wording.words(before), wording.words(after)
    named = {wording.fold(w.text) for w in (*old, *new) if w.name}
    order = {
        (a, b): tuple(w.key for w in between) for a, b, between in _spans(new, named)
    }
    for a, b, between in _spans(old, named):
        same = order.get((b, a))
        if same == tuple(w.key for w in between) and (a, b) not in order:
            return a, b
    ways = _ways(old, named), _ways(new, named)
    return _turned(*ways) or _reversed(*ways)


# Where something comes from and where it goes, as names stand behind it.
_WAYS = frozenset(("from", "to"))
# "to the island of Teel": words between a way and its name.
_WAY_GAP = 4


def _ways(items: Sequence[Word], named: set[str]) -> dict[str, str]:
    """The first name behind each "from" and "to"."""
    found: dict[str, str] = {}
    for k in range(len(items)):
        way = _way(items, k)
        if way is None:
            continue
        for near in items[k + 1 : k + 1 + _WAY_GAP]:
            if near.key in _WAYS:
                break
            if wording.fold(near.text) in named:
                found.setdefault(way, near.text)
                break
    return found


_BOUND = frozenset(
    map(wording.stem, ("heading", "bound", "leaving", "made", "sailing"))
)


def _way(items: Sequence[Word], at: int) -> str | None:
    """ "From" or "to", which "heading for" says too."""
    key = items[at].key
    if key in ("toward", "towards", "into"):
        return "to"
    if key == "for" and at and items[at - 1].key in _BOUND:
        return "to"
    return key if key in _WAYS else None


def _turned(old: dict[str, str], new: dict[str, str]) -> tuple[str, str] | None:
    """Whence and whither, if each became the other."""
    if len(old) < len(_WAYS) or len(new) < len(_WAYS) or old["from"] == old["to"]:
        return None
    if (old["from"], old["to"]) == (new["to"], new["from"]):
        return old["from"], old["to"]
    return None


def _reversed(old: dict[str, str], new: dict[str, str]) -> tuple[str, str] | None:
    """The one place that something came from and now goes to, or reverse."""
    if len(old) != 1 or len(new) != 1 or old.keys() == new.keys():
        return None
    (way, place), (other, same) = *old.items(), *new.items()
    return (f"{way} {place}", f"{other} {same}") if place == same else None


def _spans(
    items: Sequence[Word], named: set[str]
) -> Iterator[tuple[str, str, Sequence[Word]]]:
    """Each name with the next other name, and what stands between them.

    The first word of a sentence is a name where it is one elsewhere.
    """
    runs: list[list[int]] = []
    for k, word in enumerate(items):
        if wording.fold(word.text) in named:
            if runs and runs[-1][-1] == k - 1:
                runs[-1].append(k)
            else:
                runs.append([k])
    for one, two in pairwise(runs):
        between = items[one[-1] + 1 : two[0]]
        a, b = (" ".join(items[k].text for k in run) for run in (one, two))
        if not 0 < len(between) <= ROLE_GAP or a == b:
            continue
        if not all(w.key in _JOINING for w in between):
            yield a, b, between

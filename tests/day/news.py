"""Write a day of news: articles, wire copies, one big story, and what is edited when.

Everything is drawn with one seed, so that a size and a seed give the same day.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WORDS: dict[str, list[str]] = tomllib.loads((HERE / "words.toml").read_text("utf-8"))
KINDS: dict[str, dict[str, Any]] = tomllib.loads(
    (HERE / "kinds.toml").read_text("utf-8")
)
# Of 100 edits that change something (docs/design.md, section 1): labels of real edited
# sentences, without the half that is mere rewording.
SHARES = {
    "detail added": 24,
    "detail dropped": 14,
    "fact": 9,
    "figure": 6,
    "certainty": 6,
    "attribution": 5,
}
MINUTE = timedelta(minutes=1)
# Nothing is published so late that its edit would not be seen before the day ends.
PUBLISHING = timedelta(hours=17)
LATEST_EDIT = timedelta(hours=5)


@dataclass(frozen=True)
class Edit:
    """A new state of an article; without paragraphs it is gone."""

    at: timedelta
    what: str
    paragraphs: tuple[str, ...] = ()


@dataclass
class Piece:
    """An article of the day."""

    path: str
    outlet: int
    title: str
    paragraphs: tuple[str, ...]
    at: timedelta
    edits: list[Edit] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    """All of it. `outlets` are the feeds' names."""

    outlets: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass
class Draft:
    """What an article says, before it is words."""

    kind: dict[str, Any]
    slots: dict[str, str]
    sure: bool = True
    voice: int = 0
    reworded: bool = False

    def paragraphs(self) -> tuple[str, ...]:
        kind, slots = self.kind, self.slots
        said = kind["quoted"].replace("{voice}", kind["voices"][self.voice])
        first, second = kind["text"]
        lines = [
            kind["figure"],
            first,
            kind["sure" if self.sure else "unsure"],
            said,
            second,
            kind["same"][self.reworded],
            kind["fact"][0],
        ]
        return tuple(line.format(**slots) for line in lines)


def day(articles: int, *, seed: int = 1) -> Day:
    """A day of so many articles; its edits are in proportion (450 of 3,000)."""
    writer = _Writer(articles, random.Random(seed))
    return Day(tuple(WORDS["outlets"]), tuple(writer.write()))


class _Writer:
    def __init__(self, articles: int, chance: random.Random) -> None:
        self.articles = articles
        self.chance = chance
        self.pieces: list[Piece] = []
        self.drafts: dict[str, Draft] = {}
        self.taken: set[str] = set()
        self.towns = [self._name("start", "middle", "end") for _ in range(250)]

    def write(self) -> list[Piece]:
        big = _big_story(self.chance, outlets=12)
        self.pieces += big
        # a tenth are wire copies: one text in four outlets
        while len(self.pieces) < self.articles - 3:
            copies = 4 if self.chance.random() < 0.03 else 1
            self._piece(copies)
        own = [piece for piece in self.pieces if piece.path in self.drafts]
        self.chance.shuffle(own)
        share = self.articles / 3000
        for what, count in self._edits(share):
            for _ in range(count):
                self._edit(own.pop(), what)
        return sorted(self.pieces, key=lambda piece: piece.at)

    def _edits(self, share: float) -> list[tuple[str, int]]:
        whole = sum(SHARES.values())
        changed = [
            (what, max(1, round(225 * share * part / whole)))
            for what, part in SHARES.items()
        ]
        return [
            ("reworded", max(1, round(225 * share))),
            *changed,
            ("removed", max(1, round(20 * share))),
            ("correction", max(1, round(5 * share))),
        ]

    def _piece(self, copies: int) -> None:
        draft = self._draft()
        at = self.chance.random() * PUBLISHING
        title = draft.kind["title"].format(**draft.slots)
        for outlet in self.chance.sample(range(len(WORDS["outlets"])), copies):
            path = f"/{outlet}/{len(self.pieces)}"
            late = at + self.chance.random() * 60 * MINUTE * (copies > 1)
            self.pieces.append(Piece(path, outlet, title, draft.paragraphs(), late))
            if copies == 1:
                self.drafts[path] = draft

    def _draft(self) -> Draft:
        chance = self.chance
        kind = chance.choice(list(KINDS.values()))
        detail = chance.choice(WORDS["details"])
        with_detail = chance.random() < 0.5
        slots = {
            "p": self._name("start", "middle", "second", "end"),
            # a town that others write about too
            "q": chance.choice(self.towns),
            "a": self._person(),
            "b": self._person(),
            "o": f"{self._surname()} {chance.choice(['Works', 'Lines', 'Systems'])}",
            "n": str(chance.randint(kind["low"], kind["high"])),
            "m": str(chance.randint(11, 95)),
            "d": chance.choice(WORDS["weekdays"]),
            "x": f" {detail}" if with_detail else "",
        }
        return Draft(kind, slots, sure=chance.random() < 0.5)

    def _person(self) -> str:
        return f"{self.chance.choice(WORDS['first'])} {self._surname()}"

    def _surname(self) -> str:
        return self._name("start", "middle", "second", "name_end")

    def _name(self, *parts: str) -> str:
        """A name that no other article has: two of one day seldom share a rare one."""
        while True:
            name = "".join(self.chance.choice(WORDS[part]) for part in parts)
            if name not in self.taken:
                self.taken.add(name)
                return name

    def _edit(self, piece: Piece, what: str) -> None:
        draft = self.drafts[piece.path]
        at = piece.at + 20 * MINUTE + self.chance.random() * LATEST_EDIT
        slots = draft.slots
        turn: dict[str, Callable[[], None]] = {
            "reworded": lambda: setattr(draft, "reworded", True),
            "figure": lambda: slots.update(n=self._other(draft)),
            "correction": lambda: slots.update(n=self._other(draft)),
            "certainty": lambda: setattr(draft, "sure", not draft.sure),
            "attribution": lambda: setattr(draft, "voice", 1),
            "fact": lambda: slots.update(d=self._other_day(slots["d"])),
        }
        if what == "removed":
            piece.edits.append(Edit(at, what))
            return
        if what.startswith("detail"):
            had = self.chance.choice(WORDS["details"])
            slots["x"] = "" if what.endswith("added") else f" {had}"
            piece.paragraphs = draft.paragraphs()
            slots["x"] = f" {had}" if what.endswith("added") else ""
        else:
            turn[what]()
        after = draft.paragraphs()
        if what == "correction":
            after = (*after, "Correction: An earlier version gave another number.")
        piece.edits.append(Edit(at, what, after))

    def _other(self, draft: Draft) -> str:
        """Another number: from a tenth more to three times as many, as tolls grow."""
        before = int(draft.slots["n"])
        return str(before + max(2, round(before * self.chance.uniform(0.1, 2.0))))

    def _other_day(self, before: str) -> str:
        return self.chance.choice([d for d in WORDS["weekdays"] if d != before])


# ------------------------------------------------------------------ the big story

TOLLS = (12, 19, 31, 44)
INJURED = (60, 85, 120, 150)
_LEADS = (
    "At least {dead} people were killed when a dam burst above Skarmora, the interior ministry said.",
    "The interior ministry said at least {dead} people were killed in the dam burst above Skarmora.",
    "A dam burst above Skarmora has killed at least {dead} people, the interior ministry said.",
)
_MORE = (
    "Another {hurt} people were injured, the Skarmora hospital said.",
    "The dam above Skarmora was built by the Norrin Water Company.",
    "Rescue teams searched the valley with dogs and helicopters.",
    "Governor Ilse Quist declared three days of mourning.",
    "The road from Skarmora to Tronhaven is closed.",
    "Engineers had reportedly warned of cracks in the dam.",
)


def _big_story(chance: random.Random, *, outlets: int) -> list[Piece]:
    """One event in twelve outlets; the toll grows, and each follows after a while."""
    pieces = []
    for outlet in range(outlets):
        lead = _LEADS[outlet % len(_LEADS)]
        more = [_MORE[0], *chance.sample(_MORE[1:], 4)]

        def state(
            step: int, lead: str = lead, more: list[str] = more
        ) -> tuple[str, ...]:
            said = {"dead": TOLLS[step], "hurt": INJURED[step]}
            return tuple(line.format(**said) for line in (lead, *more))

        at = timedelta(hours=2) + chance.random() * 40 * MINUTE
        title = chance.choice(["Dam bursts above Skarmora", "Dam disaster at Skarmora"])
        piece = Piece(f"/{outlet}/dam", outlet, title, state(0), at)
        for step in range(1, len(TOLLS)):
            when = timedelta(hours=2 + 3 * step) + chance.random() * 90 * MINUTE
            piece.edits.append(Edit(when, f"big story {TOLLS[step]}", state(step)))
        pieces.append(piece)
    return pieces

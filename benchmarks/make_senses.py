"""Cuts the relations of everyday words out of WordNet 3.1 and writes them as text.

    python benchmarks/make_senses.py FOLDER    # data.noun, index.noun, … of WordNet

Kept are the words that the English model has met (its training texts hold much
news) and two-word verbs, each with its commonest senses. Words are written in the
comparable form of `stems.base`. The output is the same on each run.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.claims import spacy_model, stems
from monitor.claims.senses import PARTICLES

OUT = Path(__file__).parents[1] / "monitor" / "claims" / "data" / "senses.txt"
# Rarer senses equate words that news never means as one.
SENSES = {"n": 4, "v": 5, "a": 4, "r": 2}
FILE = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
HEADER = """\
# What WordNet knows of everyday English words, cut out of WordNet 3.1 by
# benchmarks/make_senses.py. WordNet 3.1 Copyright 2011 by Princeton University. All
# rights reserved. Used under the WordNet licence: LICENSE-WORDNET beside this file.
# Synsets are numbered anew; words stand in the comparable form of the comparer.
# w word pos:synset,synset …   commonest sense first
# h synset synset …            a synset and those directly above it (or its cluster)
# o word word …                a word and its opposites
# d word word …                a word and its derivations that spelling doesn't show
"""


@dataclass
class Synset:
    """One line of a data file: its words and its pointers."""

    words: list[str]
    above: list[str]
    opposite: list[tuple[int, str, int]]
    derived: list[tuple[int, str, int]]


@dataclass
class WordNet:
    """The four parts of speech, synsets keyed by letter and offset."""

    synsets: dict[str, Synset] = field(default_factory=dict)
    senses: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def read(self, folder: Path) -> None:
        """Read the data and index files."""
        for letter, name in FILE.items():
            for line in _lines(folder / f"data.{name}"):
                self.synsets[letter + line[:8]] = _synset(line)
            for line in _lines(folder / f"index.{name}"):
                parts = line.split()
                offsets = parts[-int(parts[2]) :]
                own = self.senses.setdefault(parts[0], {})
                own[letter] = [letter + o for o in offsets[: SENSES[letter]]]


def _lines(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and line[0] != " ")


def _synset(line: str) -> Synset:
    parts = line.split(" | ")[0].split()
    count = int(parts[3], 16)
    words = [w.split("(")[0].lower() for w in parts[4 : 4 + 2 * count : 2]]
    at = 4 + 2 * count
    found = Synset(words, [], [], [])
    for k in range(int(parts[at])):
        mark, offset, pos, ends = parts[at + 1 + 4 * k : at + 5 + 4 * k]
        target = pos.replace("s", "a") + offset
        if mark in ("@", "&"):
            found.above.append(target)
        if mark in ("!", "+"):
            own, theirs = ends[:2], ends[2:]
            link = int(own, 16), target, int(theirs, 16)
            (found.opposite if mark == "!" else found.derived).append(link)
    return found


def kept(senses: dict[str, dict[str, list[str]]]) -> list[str]:
    """Words met by the model in any inflection, and verbs with a particle."""
    met = {word for word in spacy_model.plain().vocab.strings if word.islower()}
    found = []
    for word, own in senses.items():
        verb, _, particle = word.partition("_")
        if "v" in own and particle in PARTICLES and verb in met:
            found.append(word)
        elif word.isalpha() and len(word) > 2:
            short = word.rstrip("e")
            forms = (word, word + "s", short + "ed", short + "ing", word[:-1] + "ies")
            if any(form in met for form in forms):
                found.append(word)
    return found


def key(word: str) -> str:
    """The comparable form of a lemma."""
    verb, _, particle = word.partition("_")
    return f"{stems.stem(verb)}_{particle}" if particle else stems.stem(verb)


def write(net: WordNet) -> None:
    """Write the words kept, the synsets they need and their special relations."""
    senses: dict[str, dict[str, list[str]]] = {}
    chosen = set(kept(net.senses))
    for word in sorted(chosen):
        for pos, offsets in net.senses[word].items():
            own = senses.setdefault(key(word), {}).setdefault(pos, [])
            own += [o for o in offsets if o not in own]
    used = {o for own in senses.values() for offsets in own.values() for o in offsets}
    # a broader synset tells only where a word or two narrower ones have it
    met = Counter(a for o in used for a in net.synsets[o].above)
    reached = used | {a for a, times in met.items() if times > 1}
    number = {o: _base36(k) for k, o in enumerate(sorted(reached))}
    lines = []
    for word, own in sorted(senses.items()):
        rows = [f"{p}:{','.join(number[o] for o in os)}" for p, os in own.items()]
        lines.append(f"w {word} {' '.join(rows)}")
    for offset in sorted(used):
        above = [number[a] for a in net.synsets[offset].above if a in number]
        if above:
            lines.append(f"h {number[offset]} {' '.join(above)}")
    lines += _linked("o", net, used, chosen)
    lines += _linked("d", net, used, chosen)
    OUT.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(senses):,} words, {len(reached):,} synsets, {OUT.stat().st_size:,} B")


def _linked(mark: str, net: WordNet, used: set[str], chosen: set[str]) -> list[str]:
    found: dict[str, set[str]] = {}
    for offset in used:
        synset = net.synsets[offset]
        for own, target, theirs in synset.opposite if mark == "o" else synset.derived:
            if not own or target not in net.synsets:
                continue
            a, b = synset.words[own - 1], net.synsets[target].words[theirs - 1]
            if {a, b} - chosen or "_" in a + b:
                continue
            if mark == "o" and offset[0] == "n":
                continue  # "boy" and "girl": another one, not the contrary
            one, two = key(a), key(b)
            shown = stems.same_stem(one, two) or one == two
            if not (mark == "d" and shown):
                found.setdefault(min(one, two), set()).add(max(one, two))
    return [f"{mark} {a} {' '.join(sorted(b))}" for a, b in sorted(found.items())]


def _base36(value: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while value or not text:
        value, rest = divmod(value, 36)
        text = digits[rest] + text
    return text


if __name__ == "__main__":
    wordnet = WordNet()
    wordnet.read(Path(sys.argv[1]))
    write(wordnet)

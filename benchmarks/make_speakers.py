"""Cuts the nouns for people and bodies out of WordNet 3.1: who can be a source.

    python benchmarks/make_speakers.py FOLDER    # data.noun, index.noun of WordNet

Kept are the single words that the English model has met and whose commonest sense
is a person or an organisation. The output is the same on each run.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from pipe import quietly

from monitor.claims import spacy_model

OUT = Path(__file__).parents[1] / "monitor" / "claims" / "data" / "speakers.txt"
PERSON = "18"  # WordNet's file noun.person
ORGANISATION = "organization"
# No noun of WordNet stands deeper below another.
DEEPEST = 20
# Shorter words are abbreviations of bodies that news hardly names, and "who".
SHORTEST = 4
WIDTH = 88
HEADER = """\
# Nouns of everyday English for people and for bodies: who can be a source. Cut out of
# WordNet 3.1 by benchmarks/make_speakers.py. WordNet 3.1 Copyright 2011 by Princeton
# University. All rights reserved. Used under the WordNet licence: LICENSE-WORDNET
# beside this file.
"""


def read(folder: Path) -> tuple[dict[str, tuple[str, list[str]]], dict[str, str]]:
    """Synsets as (file, those above), and the first sense of each single word."""
    synsets: dict[str, tuple[str, list[str]]] = {}
    for line in _lines(folder / "data.noun"):
        parts = line.split(" | ")[0].split()
        at = 4 + 2 * int(parts[3], 16)
        marks = [parts[at + 1 + 4 * k : at + 3 + 4 * k] for k in range(int(parts[at]))]
        synsets[line[:8]] = parts[1], [to for mark, to in marks if mark == "@"]
    first = {}
    for line in _lines(folder / "index.noun"):
        parts = line.split()
        first[parts[0]] = parts[-int(parts[2])]
    return synsets, first


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and line[0] != " "]


def below(
    synsets: dict[str, tuple[str, list[str]]], offset: str, tops: set[str]
) -> bool:
    """Whether a synset is one of `tops` or stands below it."""
    level = {offset}
    for _ in range(DEEPEST):
        if level & tops:
            return True
        level = {above for at in level for above in synsets[at][1]}
    return False


def main() -> None:
    """Write the two lists."""
    synsets, first = read(Path(sys.argv[1]))
    met = {word for word in spacy_model.plain().vocab.strings if word.islower()}
    bodies = {first[ORGANISATION]}
    words = [
        w for w in sorted(first) if w.isalpha() and len(w) >= SHORTEST and w in met
    ]
    lists = {
        "person": [w for w in words if synsets[first[w]][0] == PERSON],
        "body": [w for w in words if below(synsets, first[w], bodies)],
    }
    text = HEADER
    for name, found in lists.items():
        lines = textwrap.wrap(" ".join(found), WIDTH - len(name) - 1)
        text += "".join(f"{name} {line}\n" for line in lines)
        print(f"{name}: {len(found):,}")
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    quietly(main)

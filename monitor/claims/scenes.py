"""Where what a figure counts took place, by the text around it. Pure.

A live report tells of many places: what a sentence leaves unsaid is said in its own
paragraph first, and only then at the head of the article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims import evidence, tolls
from monitor.model import Mention

if TYPE_CHECKING:
    from monitor.claims.sentences import Sentence

# The headline and the first paragraph: the first lines that state anything.
HEAD_LINES = 2


def settle(
    mentions: Sequence[Mention], split: Sequence[Sentence]
) -> tuple[Mention, ...]:
    """The mentions, those that count what befell people with their setting."""
    if not any(tolls.is_one(m.measure) for m in mentions):
        return tuple(mentions)
    line_of = {s.index: s.line for s in split}
    by_sentence: defaultdict[int, set[str]] = defaultdict(set)
    by_line: defaultdict[int, set[str]] = defaultdict(set)
    for mention in mentions:
        found = _scenes(mention)
        by_sentence[mention.sentence] |= found
        by_line[line_of[mention.sentence]] |= found
    head = set().union(*(by_line[line] for line in sorted(by_line)[:HEAD_LINES]))
    settled = []
    for mention in mentions:
        if tolls.is_one(mention.measure):
            near = by_sentence[mention.sentence] or by_line[line_of[mention.sentence]]
            mention = replace(mention, setting=tuple(sorted(near or head)))
        settled.append(mention)
    return tuple(settled)


def _scenes(mention: Mention) -> set[str]:
    """The names that a mention says something is at, in or near."""
    return {
        " ".join(name)
        for name in evidence.names(mention.entities, mention.text)
        if evidence.is_scene(name, mention.text)
    }

"""How far what somebody says reaches in its sentence, where the parse stops. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.claims.grammar import OPEN_QUOTES, children, speaks

if TYPE_CHECKING:
    from monitor.claims.parsed import Doc
    from monitor.claims.told import Saying

_BASE_FORM = "VB"
# Before one of these stands another statement, or somebody's very words.
_APART = frozenset("—–;”’") | OPEN_QUOTES


def widened(doc: Doc, saying: Saying, content: list[int]) -> list[int]:
    """The content with what belongs to it and hangs elsewhere in the parse."""
    return _fronted(doc, saying, _explained(doc, _listed(doc, saying, content)))


def _listed(doc: Doc, saying: Saying, content: list[int]) -> list[int]:
    """ "Wants to build a dam and raise the road", whose second deed hangs on the cue.

    A verb in its base form is no second deed of one that has a tense.
    """
    cue = doc[saying.cue]
    if cue.tag_ == _BASE_FORM or content[0] < cue.i or doc[content[0]].lower_ != "to":
        return content
    more = [
        c
        for c in children(cue, "conj")
        if c.tag_ == _BASE_FORM and c.i > content[-1] and not children(c, "aux")
    ]
    return sorted({*content, *(t.i for c in more for t in c.subtree)})


def _explained(doc: Doc, content: list[int]) -> list[int]:
    """ "… of two things: …": what stands behind the colon says which."""
    end = content[-1] + 1
    if end >= len(doc) or doc[end].text != ":":
        return content
    rest = [t.i for t in doc[end:] if not t.is_space]
    while doc[rest[-1]].is_punct and len(rest) > 1:
        rest.pop()
    spoken = any(doc[i].pos_ == "VERB" and speaks(doc[i]) for i in rest)
    return content if spoken or len(rest) == 1 else content + rest


def _fronted(doc: Doc, saying: Saying, content: list[int]) -> list[int]:
    """ "If it rains, he said, the dam will break": the cue stands inside it.

    So too of two clauses before their cue: "The dam broke, but nobody drowned, he said".
    """
    first = min(saying.cue, *saying.source) if saying.source else saying.cue
    if first < 2 or doc[first - 1].text != ",":
        return content
    if content[0] > first:
        behind = doc[max(saying.cue, *saying.source, first) + 1 :][:2]
        inside = len(behind) > 1 and behind[0].text == ","
        if not inside or behind[1].text in _APART:
            return content
    front = doc[: min(first, content[0])]
    if any(t.text in _APART or (t.pos_ == "VERB" and speaks(t)) for t in front):
        return content
    return sorted({*range(min(first - 1, content[0])), *content})

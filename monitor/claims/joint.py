"""Sources named in one list with another: "according to police and the BBC". Pure."""

from __future__ import annotations

import re

from monitor.claims import wording
from monitor.claims.wording import Word

# One more in a list of names; a name in small letters needs its "and".
_NEXT = re.compile(
    r"(?:,? (?:and|as well as) (?P<last>(?:(?:the|an?|its|his|her|their) )?[\w.'’-]+"
    r"(?: [A-Z][\w.'’-]*)*)"
    r"|, (?P<name>(?:the )?[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)*)(?=,? and |, ))"
)
# What may follow the end of such a list: not the verb of another subject.
_END = re.compile(r"\s*(?:[.;:,)—–]|$| (?:as|that|on|in|to|at|of)\b)")


# A name that is a list as a whole: the first of it.
_FIRST = re.compile(r"[^,]+?(?=, | and )")


def others(name: str, sentence: str) -> tuple[Word, ...]:
    """The words of the sources that a list names behind the one of that name."""
    listed = _FIRST.match(name) if " and " in name else None
    first = listed[0] if listed else name
    at = sentence.find(first)
    if at < 0 or not name:
        return ()
    start = end = at + len(first)
    if listed and sentence.startswith(name, at):
        return _content(sentence[: at + len(name)], start)
    while (match := _NEXT.match(sentence, end)) is not None:
        end = match.end()
        if match["last"]:
            ends = _END.match(sentence, end) is not None
            return _content(sentence[:end], start) if ends else ()
    return ()


def _content(text: str, start: int) -> tuple[Word, ...]:
    return tuple(w for w in wording.words(text) if w.start >= start and w.content)

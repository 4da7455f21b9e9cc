"""When an edit only says the same day otherwise, or as of when. Pure, no parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from monitor.claims import held, wording, wordlists
from monitor.claims.details import Edit
from monitor.claims.finding import Pair
from monitor.claims.wording import Word

# Days that are told from the day of publication.
_FROM_TODAY = frozenset(["yesterday", "today", "tonight", "tomorrow"])
_PARTS = frozenset(["morning", "afternoon", "evening", "night"])
# "as of 4 April", "as at noon": when the count was taken, not when it happened.
_AS_OF = re.compile(r"\b[Aa]s (?:of|at|per)\b[\w\s,.:]{0,30}$")
_DAY_OF_MONTH = 31


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(map(wording.stem, wordlists.words("not_counts", "weekdays")))


def only(edit: Edit, pair: Pair) -> bool:
    """Whether an edit tells one day from today and by its date, or an as-of date.

    The page does not say which day "yesterday" is; that it is another one than the
    date that stood there is never known.
    """
    if not edit.lost or not edit.gained:
        return False
    if not all(_is_day(w) for w in (*edit.lost, *edit.gained)):
        return False
    told = [
        any(w.text.lower() in _FROM_TODAY for w in side)
        for side in (edit.lost, edit.gained)
    ]
    if told[0] is not told[1]:
        return True
    return _as_of(edit.lost, pair.sentence_before) and _as_of(
        edit.gained, pair.sentence_after
    )


def _as_of(items: Sequence[Word], sentence: str) -> bool:
    return _AS_OF.search(sentence[: items[0].start]) is not None


def _is_day(word: Word) -> bool:
    low = word.text.lower()
    if word.number:
        return word.key.isdigit() and (
            int(word.key) <= _DAY_OF_MONTH or held.is_year(word)
        )
    return (
        word.key in wording.MONTHS
        or low in _FROM_TODAY | _PARTS
        or wording.stem(low) in _weekdays()
    )

"""Whether a mention and a stored assertion state one proposition. Pure.

Fields rule out; what ties both to one event must be in the words: a whole name, or
so much said alike that one story or one subject is meant.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.claims import evidence, measures, moves, retold, tolls, voices, wording
from monitor.model import Assertion, Mention, Polarity

# Content in plain words without which two statements are alike by chance, and of it
# what is said of the names: whom it is about is not yet what it says.
LEAST = 2.5
LEAST_SAID = 2.0
# One word beside the names will do where the shorter statement says no more.
LEAST_SAID_IN_FULL = 1.0
IN_FULL = 0.9
# That both count one thing is as good as a word.
LEAST_BESIDE_MEASURE = 2.0
# Without a shared name the words must say it all.
LEAST_WITHOUT_NAME = 3.0
# Shares of the shorter and of the longer statement that must be said alike: by the
# same verb, by another one, beside the figure of what anything may have.
SAME_DEED = 0.6, 0.4
OTHER_DEED = 0.7, 0.5
SAME_THING = 0.6, 0.4
# Who denies outright, or repeats the figure, words it otherwise.
DENIED = 0.5, 0.4
# In one story, of one name and by one verb it need say no more than "no".
DENIED_IN_STORY = 0.6, 0.2
# Far below what any of these shares comes to: nothing more is compared.
FLOOR = 0.15
UNTIED = "no shared name, not one story"
OTHER_NAMES = "different names in one slot"
# A first name and a surname.
FULL_NAME = 2
# Two claims of one event may be dated a day apart (time zones, "overnight").
EVENT_DAYS = 1
_MEASURED = 0.5


def same_claim(
    mention: Mention,
    assertion: Assertion,
    *,
    story_id: int | None,
    outlet: str = "",
    as_of: datetime | None = None,
) -> tuple[float, str | None]:
    """(score, None) if both state one proposition, else (score, why not).

    `outlet` and `as_of` are the mention's.

    The score is the overlap of content, 0..1; for claims of one measure at least a half.
    """
    same_story = story_id is not None and story_id == assertion.story_id
    overlap = wording.coverage(mention.text, assertion.text)
    one_measure = mention.measure is not None and mention.measure == assertion.measure
    score = _MEASURED + (1 - _MEASURED) * overlap if one_measure else overlap
    if assertion.absence and not mention.absence:
        return score, _absence_apart(mention, assertion, same_story)
    if mention.absence != assertion.absence:
        return score, "one states an absence"
    if _days_apart(mention, assertion) > EVENT_DAYS:
        return score, f"event on {assertion.event_on}, not {mention.event_on}"
    if _apart(mention.place, assertion.place):
        return score, f"place {assertion.place}, not {mention.place}"
    if overlap < FLOOR and not measures.befalls_people(mention.measure):
        return score, f"only {overlap:.0%} of the content is shared"
    against = _is_denial(mention) or voices.refutes(mention, assertion)
    if against and not _is_denies(assertion):
        return score, _denial_apart(mention, assertion, same_story)
    if mention.measure or assertion.measure:
        return score, _measure_apart(mention, assertion, same_story, outlet, as_of)
    return score, _proposition_apart(mention, assertion, same_story)


# ------------------------------------------------------------------ fields


def _is_denial(mention: Mention) -> bool:
    return voices.rejects(mention) or mention.polarity is Polarity.NEGATIVE


def _is_denies(assertion: Assertion) -> bool:
    return assertion.denies or assertion.polarity is Polarity.NEGATIVE


def _days_apart(mention: Mention, assertion: Assertion) -> int:
    if mention.event_on is None or assertion.event_on is None:
        return 0
    return abs((mention.event_on - assertion.event_on).days)


def _apart(a: str | None, b: str | None) -> bool:
    """Two stated places, neither of which can be inside the other by name."""
    if not a or not b:
        return False
    return not _same_name(a, b)


def _same_name(a: str, b: str) -> bool:
    """Whether they share a word; not if that is but the first name of two people."""
    left = [w for w in wording.words(a) if w.content]
    right = [w for w in wording.words(b) if w.content]
    pairs = itertools.product(enumerate(left), enumerate(right))
    shared = [(i, j) for (i, x), (j, y) in pairs if wording.same_word(x, y)]
    are_full = len(left) == len(right) == FULL_NAME
    return bool(shared) and not (are_full and shared == [(0, 0)])


def _measure_apart(
    mention: Mention,
    assertion: Assertion,
    same_story: bool,
    outlet: str,
    as_of: datetime | None,
) -> str | None:
    if not retold.same_measure(mention, assertion):
        counted, other = assertion.measure or "nothing", mention.measure or "nothing"
        return f"counts {counted}, not {other}"
    if _scopes_conflict(mention.scope, assertion.scope):
        return f"scope {', '.join(assertion.scope)}, not {', '.join(mention.scope)}"
    kinds = evidence.kinds_differ(mention.text, assertion.text)
    if kinds is not None:
        return kinds
    if not tolls.is_one(mention.measure):
        return _figure_apart(mention, assertion, same_story)
    if _subjects_differ(mention, assertion):
        return OTHER_NAMES
    return tolls.apart(
        mention,
        assertion,
        _ties(mention, assertion),
        same_story=same_story,
        same_speaker=voices.speaks_for(mention, assertion, outlet=outlet),
        as_of=as_of,
    )


def _figure_apart(
    mention: Mention, assertion: Assertion, same_story: bool
) -> str | None:
    """Why a figure of what anything may have (an age, a price) is another one."""
    ties = _ties(mention, assertion)
    if not (same_story or _is_about(mention, assertion, ties)):
        return UNTIED
    if _names_conflict(mention, assertion):
        return OTHER_NAMES
    if _is_of_itself(mention, assertion):
        return OTHER_NAMES
    moved = moves.apart(mention, assertion)
    if moved is not None:
        return moved
    found = evidence.shared(mention.text, assertion.text, numbers=False)
    if found.less >= IN_FULL or ties:
        told = len(ties) > 1 and bool(_beyond_scene(mention, assertion, ties))
        return _little(found, LEAST_BESIDE_MEASURE, SAME_THING, told=told)
    return _little(found, LEAST_WITHOUT_NAME, OTHER_DEED)


def _is_of_itself(mention: Mention, assertion: Assertion) -> bool:
    """Whether two sources speak, and one of itself, whom the other does not name."""
    said = mention.source.name if mention.source else None
    pairs = (
        (said, mention, assertion.text, assertion.source),
        (assertion.source, assertion, mention.text, said),
    )
    return any(
        who is not None
        and voices.of_itself(one)
        and not (other is not None and voices.same_source_name(who, other))
        and wording.coverage(who, text) != 1.0
        for who, one, text, other in pairs
    )


def _little(
    found: evidence.Shared,
    least: float,
    shares: tuple[float, float],
    *,
    verb: bool = False,
    told: bool = False,
) -> str | None:
    """Why what is shared is too little to be one statement, or None.

    `verb`: it is one; `told`: it tells something, and so are two names one.
    """
    in_full = found.more >= IN_FULL and (verb or found.less >= IN_FULL)
    least_said = LEAST_SAID_IN_FULL if told or in_full else LEAST_SAID
    if found.weight < least or found.said < least_said:
        return "only common words are shared"
    more, less = shares
    if found.more < more or found.less < less:
        return f"only {found.more:.0%} and {found.less:.0%} of the content is shared"
    return None


def _ties(mention: Mention, assertion: Assertion) -> list[evidence.Name]:
    """Whole names that both texts have; of a figure, not who just says it."""
    left = evidence.names(mention.entities, mention.text)
    right = evidence.names(assertion.entities, assertion.text)
    common = evidence.common_names(left, right)
    if mention.measure is None:
        return common
    said = evidence.names([s.name for s in mention.chain] + list(assertion.chain))
    return [x for x in common if not any(evidence.same_name(x, s) for s in said)]


def _scopes_conflict(a: Sequence[str], b: Sequence[str]) -> bool:
    """Both narrow the measure, and neither narrows the other."""
    left, right = {wording.fold(x) for x in a}, {wording.fold(x) for x in b}
    if not left or not right or left <= right or right <= left:
        return False
    return not any(_same_name(x, y) for x in left for y in right)


def _proposition_apart(
    mention: Mention, assertion: Assertion, same_story: bool
) -> str | None:
    if _names_conflict(mention, assertion):
        return OTHER_NAMES
    other = evidence.kinds_differ(mention.text, assertion.text)
    if other is not None:
        return other
    if evidence.is_wish(mention.text) != evidence.is_wish(assertion.text):
        return "one says what should be"
    ties = _ties(mention, assertion)
    if not (same_story or _is_about(mention, assertion, ties)):
        # "nobody was hurt" is said of every second fire, and "the robbers fled to
        # Orland" of every second robbery near it
        return UNTIED
    deed = _same_deed(mention, assertion)
    return _little(
        evidence.shared(mention.text, assertion.text),
        LEAST if ties else LEAST_WITHOUT_NAME,
        SAME_DEED if deed else OTHER_DEED,
        verb=mention.predicate == assertion.predicate,
        told=deed and len(ties) > 1,
    )


def _is_about(
    mention: Mention, assertion: Assertion, ties: Sequence[evidence.Name]
) -> bool:
    """Whether a name that ties them is more than the scene of both, or two do."""
    return bool(_beyond_scene(mention, assertion, ties)) or len(ties) > 1


def _beyond_scene(
    mention: Mention, assertion: Assertion, ties: Sequence[evidence.Name]
) -> list[evidence.Name]:
    texts = mention.text, assertion.text
    return [n for n in ties if not any(evidence.is_scene(n, t) for t in texts)]


def _same_deed(mention: Mention, assertion: Assertion) -> bool:
    """Whether both verbs are one, and tell anything: "be" and "say" do not."""
    one, other = mention.predicate, assertion.predicate
    return one == other and not evidence.is_light(wording.stem(one))


def _names_conflict(mention: Mention, assertion: Assertion) -> bool:
    """Each has a proper name among its participants that the other lacks."""
    left = _proper(mention.participants, mention.entities)
    right = _proper(assertion.participants, assertion.entities)
    only_left = [x for x in left if not any(evidence.same_name(x, y) for y in right)]
    only_right = [y for y in right if not any(evidence.same_name(x, y) for x in left)]
    return bool(only_left and only_right)


def _subjects_differ(mention: Mention, assertion: Assertion) -> bool:
    """Each begins with a name, as in "Ana Kestrel faces 12 charges", and no one."""
    if voices.of_itself(mention) or voices.of_itself(assertion):
        return False  # "the ministry has counted 40 dead": who counts, not who died
    left = _proper(mention.participants[:1], mention.entities)
    right = _proper(assertion.participants[:1], assertion.entities)
    return bool(left and right) and not evidence.common_names(left, right)


def _proper(
    participants: Iterable[str], entities: Iterable[str]
) -> frozenset[evidence.Name]:
    known = [wording.fold(e) for e in entities]
    return evidence.names(
        p for p in participants if any(wording.fold(p) in e for e in known)
    )


def _absence_apart(
    mention: Mention, assertion: Assertion, same_story: bool
) -> str | None:
    """Whether a mention is the response or the proof that was said to be absent."""
    if voices.responds(mention, assertion):
        return None
    if same_story and voices.proves(mention, assertion):
        return None
    return "one states an absence"


def _denial_apart(
    mention: Mention, assertion: Assertion, same_story: bool
) -> str | None:
    """Whether a denial is about the other's content."""
    why = _not_denied(mention, assertion, same_story)
    return why and f"a denial of something else: {why}"


def _not_denied(mention: Mention, assertion: Assertion, same_story: bool) -> str | None:
    explicit = voices.rejects(mention) or voices.refutes(mention, assertion)
    if not explicit and wording.is_negated(assertion.text):
        return "both are negated"
    ties = _ties(mention, assertion) or (explicit and _is_accused(mention, assertion))
    figure = _same_figure(mention, assertion)
    counted = mention.measure == assertion.measure
    if figure and counted and measures.befalls_people(mention.measure):
        return None if ties or same_story else UNTIED
    if not figure and not _is_subject_told(mention, assertion):
        return "of another subject"
    found = evidence.shared(mention.text, assertion.text)
    alike = same_story and explicit and found.said >= LEAST_WITHOUT_NAME
    if not (ties or alike):
        return "no shared name"
    if _names_conflict(mention, assertion):
        return OTHER_NAMES
    deed = _same_deed(mention, assertion)
    # what something is said to be, and not to be, are two things in most pairs
    one_verb = mention.predicate == assertion.predicate != "be"
    if same_story and ties and one_verb:
        return _little(found, LEAST_SAID, DENIED_IN_STORY, verb=deed or explicit)
    shares = SAME_DEED if deed else OTHER_DEED
    if explicit or assertion.denies or figure:
        shares = DENIED
    return _little(found, LEAST, shares, verb=deed or explicit)


def _is_subject_told(mention: Mention, assertion: Assertion) -> bool:
    """Whether the other speaks of what is denied: its plumes, and not only of oil."""
    subject = wording.words(next(iter(mention.participants), ""))
    known = wording.words(assertion.text)
    told = any(wording.same_word(x, y) for x in subject for y in known)
    return told or not subject or mention.participants[0] not in mention.text.lower()


def _is_accused(mention: Mention, assertion: Assertion) -> bool:
    """Whether who denies is who the other is about: "it" in what is denied."""
    who = evidence.names(mention.entities)
    about = evidence.names(assertion.entities, assertion.text)
    return bool(evidence.common_names(who, about))


def _same_figure(mention: Mention, assertion: Assertion) -> bool:
    counted = mention.measure is not None and mention.measure == assertion.measure
    return assertion.comparator is not None and any(
        (q.unit == assertion.unit or counted)
        and q.minimum == assertion.minimum
        and q.maximum == assertion.maximum
        for q in mention.quantities
        if q.minimum is not None and q.minimum > 1
    )

"""Find the correction, clarification, retraction or editor's note of a page.

Pure. A notice often stands in a box that is no part of the extracted text.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from monitor.articles.lines import squeeze

# Shorter is a link ("Corrections", "Report a correction"), longer the whole article.
_SHORTEST = 30
_LONGEST = 1_500
_MOST = 3
# A box with this many blocks or more in it is no notice (itself counted).
_PARTS = 6

_ARTICLE = r"(?:article|story|report|piece|post|headline|page|version|column|dispatch|item|review)"
_NOTICE = re.compile(
    "|".join(
        (
            (
                r"(?:correction|clarification|retraction|erratum|corrigendum)s?(?:\s+(?:and|&)\s+"
                r"clarifications?)?(?:\s*[:.–—-]|\s*\(|\s+(?:to|on|appended|made|added|issued|\w{3,9}\.?\s+\d))"
            ),
            r"(?:editor(?:’|'|‘)?s?(?:’|')?|publisher(?:’|')s)\s+note\b",
            (
                rf"(?:this|the|an?)\s+{_ARTICLE}\s+(?:was|has\s+been|is|have\s+been)\s+(?:\w+\s+)?"
                r"(?:amended|corrected|retracted|withdrawn|clarified|removed|updated\s+to\s+(?:correct"
                r"|clarify|remove|reflect\s+that|fix))\b"
            ),
            (
                rf"(?:an?\s+)?(?:earlier|previous|original|prior)\s+(?:version|headline|edition)s?\s+of\s+"
                rf"(?:this|the)\s+{_ARTICLE}\b"
            ),
            r"in\s+an\s+earlier\s+version\b",
            r"(?:we|the\s+\w+)\s+(?:have|has)\s+(?:corrected|retracted|withdrawn)\s+(?:this|the)\b",
            (
                r"(?:berichtigung|korrektur|richtigstellung|anmerkung\s+der\s+redaktion|rectificatif"
                r"|correction|erratum|fe\s+de\s+erratas?|rectificación|corrección|errata|rettifica"
                r"|rectificatie|correctie|rättelse|sprostowanie|поправка|уточнение)\s*[:.–—]"
            ),
            r"in\s+einer\s+früheren\s+(?:version|fassung)\b",
            r"(?:dans\s+)?une\s+(?:première\s+)?version\s+(?:antérieure|précédente)\b",
            r"una\s+versión\s+anterior\b",
        )
    ),
    re.IGNORECASE,
)
_HINT = re.compile(
    r"correct|clarif|retract|errat|corrigend|editor\W{0,8}s?\s+note|publisher\W{0,8}s\s+note|amended"
    r"|withdrawn|(?:earlier|previous|original|prior)\s+version|has\s+been\s+removed|berichtig|korrektur"
    r"|richtigstell|anmerkung\s+der\s+redaktion|früheren|rectific|rettific|rättelse|sprostowanie"
    r"|antérieure|précédente|anterior|поправка|уточнение",
    re.IGNORECASE,
)
# Text is looked for in elements of this kind; a <div> only if it holds no other block.
_CARRIERS = (
    "p",
    "li",
    "em",
    "i",
    "small",
    "aside",
    "section",
    "div",
    "footer",
    "span",
    "td",
    "blockquote",
)
_INNER = frozenset(
    ("p", "li", "aside", "section", "div", "footer", "td", "blockquote", "ul", "table")
)


_LABEL = re.compile(r"[^\n]{5,60}[:.]")


def is_notice(line: str) -> bool:
    """Whether a squeezed line is such a notice."""
    return _SHORTEST <= len(line) <= _LONGEST and _NOTICE.match(line) is not None


def find(source: str, tree: Any) -> str | None:
    """The notices of a page, one a line, or None. `source` is its decoded HTML."""
    if _HINT.search(source) is None:
        return None
    notices: list[str] = []
    for element in tree.iter(*_CARRIERS):
        text = _own_text(element)
        if _LABEL.fullmatch(text):
            text = f"{text} {_after(element)}"
        if not is_notice(text) or any(text in known for known in notices):
            continue
        notices = [known for known in notices if known not in text]
        notices.append(text)
        if len(notices) == _MOST:
            break
    return "\n".join(notices) or None


def _own_text(element: Any) -> str:
    """The element's text; of a box, label and paragraphs together if they are short."""
    start = (element.text or "").lstrip()
    if not start and len(element) == 0:
        return ""
    if (
        element.tag in _INNER
        and len(list(islice(element.iter(*_INNER), _PARTS))) == _PARTS
    ):
        return ""
    text = str(element.text_content()) if len(element) else start
    return squeeze(text) if len(text) <= 2 * _LONGEST else ""


def _after(element: Any) -> str:
    """What follows a label ("Correction:"): the rest of its paragraph, or the next."""
    while element is not None:
        rest = squeeze(element.tail or "")
        following = element.getnext()
        if rest or following is not None:
            more = _own_text(following) if following is not None else ""
            return rest if len(rest) >= _SHORTEST else squeeze(f"{rest} {more}")
        if element.tag in _INNER:
            return ""
        element = element.getparent()
    return ""

"""Find the correction, clarification, retraction or editor's note of a page.

Pure. A notice often stands in a box that is no part of the extracted text.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.articles.lines import squeeze

# Shorter is a link ("Corrections", "Report a correction"), longer the whole article.
_SHORTEST = 30
_LONGEST = 1_500
_MOST = 3
# What is no longer than this is a label; the notice itself follows.
_LABEL = 40
_SEARCHED = 50_000

_ARTICLE = r"(?:article|story|report|piece|post|headline|page|version|column|dispatch|item|review)"
_NOTICE = re.compile(
    "|".join(
        (
            (
                r"(?:correction|clarification|retraction|erratum|corrigendum)s?(?:\s+(?:and|&)\s+"
                r"clarifications?)?(?:\s*[:.–—-]|\s*[(]|,\s+\w{3,9}\.?\s+\d|\s+(?:to|on|appended|made|added|issued|\w{3,9}\.?\s+\d))"
            ),
            r"(?:correction|clarification|retraction)$",
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
# A notice's text is that of the nearest of these around its first words.
_BLOCK = re.compile(
    "p|li|d[dt]|td|aside|section|article|main|div|footer|blockquote|figcaption|body"
)
_SILENT = re.compile("script|style|noscript|template|a|button|title")


def is_notice(line: str) -> bool:
    """Whether a squeezed line is such a notice."""
    return _SHORTEST <= len(line) <= _LONGEST and _NOTICE.match(line) is not None


def find(tree: Any) -> str | None:
    """The notices of a page, one a line, or None."""
    # One pass in C over all text; the slower pass below only where it may pay.
    if not any(_NOTICE.match(text.lstrip()) for text in tree.itertext()):
        return None
    notices: list[str] = []
    for piece in tree.xpath("//text()"):
        start = squeeze(piece[:_LONGEST])
        if not _NOTICE.match(start) or _is(_SILENT, piece.getparent()):
            continue
        text = _whole(piece, start)
        if is_notice(text) and not any(text in known for known in notices):
            notices.append(text)
        if len(notices) == _MOST:
            break
    return "\n".join(notices) or None


def _is(tags: re.Pattern[str], element: Any) -> bool:
    return isinstance(element.tag, str) and tags.fullmatch(element.tag) is not None


def _whole(piece: Any, start: str) -> str:
    """From the notice's first words to the end of their paragraph.

    After a bare label ("Correction:") the next paragraph too.
    """
    block = piece.getparent()
    if piece.is_tail:
        block = block.getparent()
    while block.getparent() is not None and not _is(_BLOCK, block):
        block = block.getparent()
    around = squeeze(block.text_content()[:_SEARCHED])
    text = around[max(0, around.find(start)) :]
    if len(text) > _LONGEST:
        return start
    following = block.getnext()
    if len(text) <= _LABEL and following is not None:
        label = text if text[-1:] in ":.–—-" else f"{text}:"
        return squeeze(f"{label} {following.text_content()[:_LONGEST]}")
    return text

"""Lines of an article's text: white space, and lines that are not the article.

Pure. What changes by itself ("Updated 3 minutes ago", "5 min read", share and
newsletter lines) must never make a revision, so it never gets into a Document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Soft hyphen, zero-width space, word joiner, BOM, bidi marks and isolates: they come
# and go with layout. U+200C (ZWNJ) and U+200D (ZWJ) are spelling in Persian and Hindi.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_JOINER = re.compile(r"&(zwn?j|#820[45]|#x200[cd]);", re.IGNORECASE)
_NAMED = {"zwnj": "\u200c", "#8204": "\u200c", "#x200c": "\u200c"}
_NAMED |= {"zwj": "\u200d", "#8205": "\u200d", "#x200d": "\u200d"}
# Letters of a script that died out eighteen hundred years ago (Elymaic).
_JOINERS_HIDDEN = {"\u200c": "\U00010fe0", "\u200d": "\U00010fe1"}
_JOINERS_SHOWN = {0x10FE0: "\u200c", 0x10FE1: "\u200d"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x9f]")
_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"^[-•·▪*]\s+")

# Longer lines are prose, whatever they begin with.
_FURNITURE_LENGTH = 140

_UNITS = (
    r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?"
    r"|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?"
    r"|secondes?|heures?|jours?|semaines?|mois"
    r"|segundos?|minutos?|horas?|d[ií]as?|semanas?|meses|mes"
    r"|minuti|minuto|ore|ora|giorni|giorno)"
)
_COUNT = r"(?:\d+|an?|one|einer?|une?|una?)"
_AGO = (
    rf"(?:{_COUNT}\s*{_UNITS}\s+ago|vor\s+{_COUNT}\s+{_UNITS}|il\s+y\s+a\s+{_COUNT}\s+{_UNITS}"
    rf"|hace\s+{_COUNT}\s+{_UNITS}|há\s+{_COUNT}\s+{_UNITS}|{_COUNT}\s+{_UNITS}\s+fa"
    r"|just\s+now|moments?\s+ago)"
)
# Only words of dates and clocks: "Updated: the toll rose to 12" must stay.
_DATE_WORD = (
    r"(?:\d[\d:.,/’'-]*(?:st|nd|rd|th|h|Z)?|[ap]\.?m\.?|jan\w*|feb\w*|mar(?:ch|s|zo)?|m[äa]rz"
    r"|apr\w*|a[vb]r\w*|ma[iy]o?|jun\w*|juin|jul\w*|juillet|aug\w*|août|ago\w*|sep\w*|o[ck]t\w*"
    r"|nov\w*|de[cz]\w*|déc\w*|janv\w*|févr\w*|mon(?:day)?|tue\w*|wed\w*|thu\w*|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|today|yesterday|heute|gestern"
    r"|at|on|the|of|um|uhr|am|à|le|de|del|el|les|a|las|GMT|UTC|E[SD]?T|P[SD]?T|C[SE]?S?T"
    r"|BST|IST|WIB|EAT|[+-]\d{1,4})"
)
_STAMP = (
    r"(?:(?:first|last|originally)\s+)?(?:up-?dated?|modified|published|posted|aktualisiert"
    r"|stand|veröffentlicht|erstellt|publié|mis\s+à\s+jour|modifié|publicado|actualizado"
    r"|atualizado|pubblicato|aggiornato|updated\s+on|diperbarui|geüpdatet|uppdaterad)"
)
_SEPARATOR = r"(?:[\s,;:|·•()\-–—/]|&middot;)*"
_MINUTES = r"(?:min(?:ute|uten|utes|uto|utos|uti)?s?\.?)"
_SITES = (
    r"(?:facebook|twitter|x|whats\s?app|linked\s?in|telegram|e-?mail|reddit|pinterest"
    r"|instagram|youtube|tiktok|threads|bluesky|messenger|flipboard|google\s+news|print|copy"
    r"|copy\s+link|link|line|viber|tumblr|pocket|sms|rss)"
)

_FURNITURE = re.compile(
    "|".join(
        (
            # when
            rf"(?:{_STAMP}{_SEPARATOR})?{_AGO}{_SEPARATOR}(?:{_STAMP}{_SEPARATOR}{_AGO}?)?",
            (
                rf"(?:{_STAMP}(?:{_SEPARATOR}{_DATE_WORD})+{_SEPARATOR})+"
                rf"(?:{_STAMP}?{_SEPARATOR}{_AGO})?{_SEPARATOR}"
            ),
            # how long
            (
                rf"(?:~|about\s+)?\d+[\s-]*{_MINUTES}[\s-]*(?:read|lesezeit|de\s+lecture|de\s+lectura"
                r"|di\s+lettura|leestijd)"
            ),
            (
                rf"(?:(?:estimated\s+)?read(?:ing)?\s+time|lesezeit|temps\s+de\s+lecture|lecture"
                rf"|tiempo\s+de\s+lectura|tempo\s+di\s+lettura|leestijd){_SEPARATOR}\d+\s*{_MINUTES}"
                r"(?:\s+read)?"
            ),
            (
                rf"listen(?:\s+to\s+(?:this\s+)?(?:article|story))?{_SEPARATOR}(?:\d[\d:]*\s*"
                rf"{_MINUTES}?)?"
            ),
            # how many
            (
                r"(?:no|add|leave\s+an?|post\s+an?|view|show|hide|see|read|all|\d[\d.,]*k?)\s+"
                r"(?:all\s+)?(?:\d[\d.,]*k?\s+)?comments?"
            ),
            r"comments?\s*(?:\(?\d[\d.,]*k?\)?)?",
            r"\d[\d.,]*\s*[km]?\s+(?:views?|shares?|likes?|reads?|reactions?|followers?)",
            r"(?:views?|shares?|likes?)\s*:?\s*\d[\d.,]*\s*[km]?",
            # share, print, follow
            (
                r"(?:share|share\s+(?:this|article|story|on|via|to)(?:\s+\w+){0,4}|teilen|partager"
                r"|compartir|condividi|print(?:\s+this)?(?:\s+(?:article|page))?|save(?:\s+article)?"
                r"|bookmark|copy\s+(?:link|url)|link\s+copied!?|drucken|imprimer|e-?mail\s+this\s+\w+)"
            ),
            rf"(?:share\s+(?:on|via|to)\s+)?{_SITES}(?:{_SEPARATOR}{_SITES})*",
            r"(?:follow|like|join|find)\s+(?:us|me|[\w ]{2,30})\s+on\s+.{2,60}",
            # other articles and offers
            (
                r"(?:read\s+(?:more|also|next|on)|also\s+read|see\s+also|see\s+more|more\s+(?:on\s+this"
                r"|from|stories|news)|must\s+read|watch|related|related\s+(?:stories|articles|news"
                r"|topics|content)|recommended(?:\s+for\s+you)?|you\s+(?:may|might)\s+(?:also\s+)?like"
                r"|most\s+(?:read|popular|viewed)|trending(?:\s+now)?|don't\s+miss|up\s+next|lire\s+aussi"
                r"|à\s+lire\s+aussi|lesen\s+sie\s+auch|mehr\s+zum\s+thema|lea\s+también|leer\s+más"
                r"|leia\s+(?:também|mais)|leggi\s+anche|lees\s+ook|baca\s+juga|läs\s+(?:också|även)"
                r"|читайте\s+также|czytaj\s+(?:też|także|więcej))(?:\s*[:>»|–—-].*|\s*\.{0,3})"
            ),
            r"(?:story|article)\s+continues\s+below(?:\s+(?:this\s+)?advert\w*)?",
            (
                r"(?:this\s+is\s+an?\s+)?(?:advertisements?|advertising|sponsored(?:\s+content)?|anzeige"
                r"|werbung|publicité|publicidad|pubblicità|reklama|iklan)(?:\s*[-–—:]?\s*(?:story|article"
                r"|scroll|continue)\b.*)?"
            ),
            (
                r"(?:please\s+)?(?:sign\s+up|subscribe|register)\b.{0,60}\b(?:newsletters?|inbox"
                r"|alerts?|notifications|podcast|channel|briefing|free\s+trial)\b.*"
            ),
            (
                r"(?:get|receive)\b.{0,80}\b(?:newsletters?|(?:in|to)\s+your\s+inbox|delivered"
                r"|breaking\s+news\s+alerts?)\b.*"
            ),
            r"(?:our|the)\s+.{0,40}\bnewsletters?\b.{0,30}\b(?:inbox|sign\s+up)\b.*",
            r"(?:download|get)\s+(?:our|the)\s+.{0,30}\bapp\b.*",
            r"(?:click|tap)\s+here\s+(?:to|for)\b.*",
            r"(?:skip|jump)\s+(?:to\s+)?(?:content|advert\w*|next|main)\b.*",
            r"(?:loading|please\s+wait)\s*(?:\.{2,}|…).*",
            r"(?:getting|preparing)\s+your\s+.{2,40}\s+(?:player|audio)\s+ready.*",
            r"(?:play|pause|mute|unmute|fullscreen|close|menu|search|back\s+to\s+top|top)",
        )
    ),
    re.IGNORECASE,
)


def squeeze(text: str) -> str:
    """One line: visible characters, single plain spaces."""
    shown = text.translate(_JOINERS_SHOWN)
    return _SPACE.sub(" ", _CONTROL.sub(" ", _INVISIBLE.sub("", shown))).strip()


def joiners_hidden(source: str) -> str:
    """HTML whose ZWNJ and ZWJ are disguised as letters until `squeeze` shows them.

    trafilatura drops what Python calls unprintable, these two spellings included.
    """
    named = _JOINER.sub(lambda found: _NAMED[found[1].lower()], source)
    for joiner, letter in _JOINERS_HIDDEN.items():
        named = named.replace(joiner, letter)  # thirty times faster than translate
    return named


def is_furniture(line: str) -> bool:
    """Whether a squeezed line belongs to the page, not to the article."""
    if len(line) > _FURNITURE_LENGTH:
        return False
    return _FURNITURE.fullmatch(_BULLET.sub("", line)) is not None


def body_lines(raw: Iterable[str], headline: str) -> list[str]:
    """The article's paragraphs: squeezed, without furniture and a repeated headline."""
    lines: list[str] = []
    for rough in raw:
        line = squeeze(rough)
        if not line or not any(c.isalnum() for c in line) or is_furniture(line):
            continue
        if lines and line == lines[-1]:
            continue
        if len(lines) < 2 and same_words(_BULLET.sub("", line), headline):
            continue
        lines.append(line)
    return lines


def same_words(one: str, other: str) -> bool:
    """Equal but for case, punctuation and spacing."""
    return bool(one) and _words(one) == _words(other)


def _words(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())

"""HTML of an article's page, or of a feed's entry, to a Document.

Pure. The only import of trafilatura; it, lxml and py3langid are imported on first use.
"""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from monitor.articles import corrections, links, metadata
from monitor.articles.lines import body_lines, joiners_hidden, squeeze
from monitor.model import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

# Part of the analysis stamp: raise it whenever the same page would give another text.
RULES = 1

# Below this many characters of body the identifier errs too often to overrule the feed.
_LANGUAGE_LENGTH = 200
_LANGUAGE_SAMPLE = 4_000
_LANGUAGE_SURE = 0.9

# Paragraphs that are nothing but one link are other articles' headlines: they change
# with the news of the day, not with this article.
_TEASERS = tuple(
    f"//{tag}[a and normalize-space(a[1])=normalize-space(.)]"
    for tag in ("li", "p", "h2", "h3", "h4")
)

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
# The labels that the web uses for a wider encoding than their name says (WHATWG).
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Encodings whose bytes can pass for UTF-8.
_SEVEN_BIT = ("iso2022", "hz", "utf-16", "utf-32")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4_096

_BLOCK = re.compile(
    "address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|fieldset|fig.*|footer"
    "|form|h[1-6r]|header|li|main|nav|ol|p|pre|section|summary|table|tbody|t[dhr]|tfoot"
    "|thead|ul"
)
_SILENT = re.compile(
    "script|style|noscript|template|iframe|object|embed|svg|form|button"
)


def extract(
    body: bytes,
    *,
    url: str,
    charset: str | None,
    title: str | None,
    published_at: datetime | None,
    language: str | None,
) -> Document:
    """Extract the article from its page.

    `title`, `published_at` and `language` are the feed's; the page's own headline and
    the language of its text win, the feed's date wins. A page without any article
    gives a Document without body: `judge` says what it is.
    """
    source = decode(body, charset)
    tree = _parse(source)
    if tree is None:
        return _document(squeeze(title or ""), [], None, published_at, language)
    facts = metadata.read(tree, url=url, title=title)
    correction = corrections.find(tree)
    # before the extractor, which takes the tree apart
    page = links.read(tree)
    if page.is_archive:
        # extracting 20,000 links takes seconds and 90 MB
        empty = _document(facts.headline, [], facts, published_at, language)
        return replace(empty, linked=1.0)
    lines = body_lines(_main_text(tree, url).split("\n"), facts.headline)
    if not lines and facts.article_body:
        # Pages that only a script fills often carry their text in JSON-LD.
        lines = body_lines(_fragment_lines(facts.article_body), facts.headline)
    found = _document(facts.headline, lines, facts, published_at, language, correction)
    return replace(found, linked=page.share(lines))


def from_feed(
    content_html: str,
    title: str,
    *,
    published_at: datetime | None = None,
    language: str | None = None,
) -> Document:
    """The entry's own content as its document, for pages that can't be had."""
    headline = metadata.clean_title(_plain(title), ())
    lines = body_lines(_fragment_lines(content_html), headline)
    found = _document(headline, lines, None, published_at, language)
    notice = "\n".join(line for line in lines if corrections.is_notice(line))
    return Document(
        text=found.text,
        headline_end=found.headline_end,
        language=found.language,
        published_at=published_at,
        correction=notice or None,
        from_feed=True,
    )


def preload() -> None:
    """Import and warm what `extract` needs, so that forked workers share it."""
    page = b"<html><head><title>Warm</title></head><body><p>Nothing here yet.</p></body></html>"
    extract(page, url="", charset=None, title=None, published_at=None, language=None)
    _identifier()


def decode(body: bytes, charset: str | None) -> str:
    """Text of an HTML body: byte-order mark, UTF-8, header, meta, then cp1252.

    Valid UTF-8 beats the declared charset, which is wrong more often than that is by chance.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace").replace("\0", "")
    meta = _META_CHARSET.search(body[:_HEAD])
    declared = [
        _codec(label)
        for label in (charset, meta[1].decode("ascii", "replace") if meta else None)
    ]
    candidates = (
        [*declared, "utf-8"] if _is_seven_bit(declared) else ["utf-8", *declared]
    )
    for candidate in candidates:
        if candidate is None:
            continue
        try:
            return body.decode(candidate).replace("\0", "")
        except UnicodeError:
            continue
    # A broken byte in a page that says how it is encoded: keep the rest right.
    fallback = next((c for c in declared if c), None) or _guess(body)
    return body.decode(fallback, "replace").replace("\0", "")


def _guess(body: bytes) -> str:
    """UTF-8 if it is mostly that, else the web's default."""
    broken = body.decode("utf-8", "replace").count("\ufffd")
    accents = sum(byte > 0x7F for byte in body[:200_000]) or 1
    return "utf-8" if broken * 20 < accents else "cp1252"


def _codec(label: str | None) -> str | None:
    try:
        name = codecs.lookup((label or "").strip()).name
    except (LookupError, ValueError):
        return None
    if not getattr(codecs.lookup(name), "_is_text_encoding", True) or name in (
        "idna",
        "punycode",
    ):
        return None
    return _WIDER.get(name, name)


def _is_seven_bit(declared: list[str | None]) -> bool:
    return bool(declared[0] or declared[1]) and str(
        declared[0] or declared[1]
    ).startswith(_SEVEN_BIT)


def _parse(source: str) -> Any:
    from trafilatura import load_html

    _quiet()
    return load_html(joiners_hidden(source)) if source.strip() else None


def _main_text(tree: Any, url: str) -> str:
    from trafilatura import bare_extraction

    # Among the fastest candidates of benchmarks/bench_extraction.py, its F1 within .003
    # of the best there and the best on larger sets (`fast` loses .008 to .020). The
    # stray lines it lets in are what `_TEASERS` and `lines` remove.
    found = bare_extraction(
        tree,
        url=url or None,
        favor_recall=True,
        include_comments=False,
        prune_xpath=list(_TEASERS),
    )
    return getattr(found, "text", None) or ""


@cache
def _quiet() -> None:
    """What trafilatura logs per page (discarded, wrong type) our verdicts say better."""
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _document(
    headline: str,
    lines: list[str],
    facts: metadata.PageFacts | None,
    published_at: datetime | None,
    language: str | None,
    correction: str | None = None,
) -> Document:
    body = "\n".join(lines)
    own = facts.language if facts else None
    return Document(
        text=f"{headline}\n{body}" if headline else body,
        headline_end=len(headline),
        language=_language(headline, body) or language or own,
        published_at=published_at or (facts.published_at if facts else None),
        modified_at=facts.modified_at if facts else None,
        correction=correction,
        canonical_url=facts.canonical_url if facts else None,
    )


# ------------------------------------------------------------------ language


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _language(headline: str, body: str) -> str | None:
    """ISO 639-1 code of the text, or None if it is short or doubtful."""
    if len(body) < _LANGUAGE_LENGTH:
        return None
    code, probability = _identifier().classify(f"{headline}\n{body}"[:_LANGUAGE_SAMPLE])
    return str(code) if probability >= _LANGUAGE_SURE else None


# ------------------------------------------------------------------ feed content


def _fragment_lines(html: str) -> list[str]:
    """Blocks of an HTML fragment, one a line (plain text keeps its own lines)."""
    from lxml.html import document_fromstring

    if "<" not in html and "&" not in html:
        return html.splitlines()
    clean = html.replace("\0", "")
    try:
        root = document_fromstring(f"<div>{clean}</div>")
    except ValueError:
        # An encoding declaration in text that is already decoded.
        root = document_fromstring(f"<div>{clean}</div>".encode(), parser=None)
    return "".join(_pieces(root)).split("\n")


def _pieces(root: Any) -> Iterator[str]:
    from lxml.etree import iterwalk

    silent = 0
    for event, node in iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            silent += bool(_SILENT.fullmatch(tag))
            yield "\n" if _BLOCK.fullmatch(tag) else ""
            yield re.sub(r"\s+", " ", node.text or "") if not silent else ""
        else:
            silent -= bool(_SILENT.fullmatch(tag))
            yield "\n" if _BLOCK.fullmatch(tag) else ""
            yield re.sub(r"\s+", " ", node.tail or "") if not silent else ""


def _plain(html: str) -> str:
    return squeeze(" ".join(_fragment_lines(html)))

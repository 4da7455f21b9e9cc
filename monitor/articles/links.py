"""How much of a page's text leads elsewhere: headlines that are links, and teasers.

Pure. Home pages, sections and tag pages have text as well, but it is that of other
articles, and another one each hour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from monitor.articles.lines import is_furniture, squeeze

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|caption|dd|details|div|dl|dt|fig.*|footer"
    "|form|h[1-6r]|header|li|main|nav|ol|p|pre|section|summary|table|tbody|t[dhr]|ul"
)
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "iframe", "svg", "button", "head")
)
# Shorter links are names, tags and "read more"; some articles link every place name.
_SHORTEST_LINK = 16
# By-lines, dates and names of sections stand between a headline and its teaser.
_SCRAP = 25
# A teaser is a sentence or two; what is longer is somebody's paragraph.
_TEASER = 400
# The real pages have up to 148 different links of that length, lists of them included.
_ARCHIVE = 1_500
# What is a link for the most part is a link; the rest is a mark or a time.
_MOSTLY = 0.6


@dataclass(slots=True)
class Run:
    """Text between two edges of blocks, and how many characters of it are links."""

    text: str
    linked: int

    @property
    def is_link(self) -> bool:
        """Whether it is a headline of another page."""
        return self.linked >= _MOSTLY * len(self.text)


@dataclass(slots=True)
class Links:
    """The runs of a page in their order, and the texts of its links."""

    runs: list[Run] = field(default_factory=list)
    links: set[str] = field(default_factory=set)

    @property
    def is_archive(self) -> bool:
        """Whether it has more links than any article's page: no need to look further."""
        return len(self.links) >= _ARCHIVE

    def share(self, lines: Iterable[str]) -> float:
        """The share of these lines that is links and teasers, 0 to 1."""
        leading = {run.text: run.linked for run in self.runs if run.linked}
        for text in (*self.links, *self._teasers()):
            leading[text] = len(text)
        whole = elsewhere = 0
        for line in lines:
            text = _bare(line)
            whole += len(text)
            elsewhere += leading.get(text, 0)
        return elsewhere / whole if whole else 0.0

    def _teasers(self) -> Iterator[str]:
        """Texts that stand alone between the headlines of two other pages."""
        told = [
            run
            for run in self.runs
            # "read also" stands between the paragraphs of one article
            if (run.is_link or len(run.text) >= _SCRAP) and not is_furniture(run.text)
        ]
        for before, run, after in zip(told, told[1:], told[2:], strict=False):
            between = before.is_link and after.is_link
            if between and not run.is_link and len(run.text) <= _TEASER:
                yield run.text


def read(tree: Any) -> Links:
    """The links of a parsed page."""
    page = Links()
    run: list[str] = []
    link: list[str] = []
    linked = inside = 0
    for text, step, is_edge in _pieces(tree):
        if (is_edge or step) and link:
            words = _bare("".join(link))
            if len(words) >= _SHORTEST_LINK:
                linked += len(words)
                page.links.add(words)
            link = []
        if is_edge and run:
            words = _bare("".join(run))
            if words:
                page.runs.append(Run(words, min(linked, len(words))))
            run, linked = [], 0
        inside += step
        if text:
            run.append(text)
            if inside:
                link.append(text)
    return page


def _pieces(tree: Any) -> Iterator[tuple[str | None, int, bool]]:
    """Texts in their order, each with what comes before it: the beginning (1) or the
    end (-1) of a link, the edge of a block.
    """
    from lxml.etree import iterwalk

    silent = 0
    for event, node in iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag
        if event == "start":
            silent += tag in _SILENT
            text, step = node.text, int(tag == "a")
        else:
            silent -= tag in _SILENT
            text, step = node.tail, -int(tag == "a")
        is_edge = _is_block(tag)
        if step or is_edge or (text and not silent):
            yield text if not silent else None, step, is_edge
    yield None, 0, True


# pages invent tags
@lru_cache(500)
def _is_block(tag: Any) -> bool:
    """Also asked of comments, whose tag is a function."""
    return isinstance(tag, str) and _BLOCK.fullmatch(tag) is not None


def _bare(text: str) -> str:
    return squeeze(text).lstrip("-–—•·*› ")

"""Documents of real pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import articles
from tests.article_pages import body, extract
from tests.corpus import f1_score, gold_pages


def test_f1_on_real_pages_is_at_least_95(shared: Path) -> None:
    pairs = []
    for real in gold_pages(shared):
        document = articles.extract(
            real.html,
            url=real.url,
            charset=None,
            title=None,
            published_at=None,
            language=None,
        )
        pairs.append((real.body or "", body(document)))
    assert len(pairs) == 61
    assert f1_score(pairs) >= 0.95


def test_edit_of_one_line_changes_that_line_only(shared: Path) -> None:
    edited = 0
    for real in list(gold_pages(shared))[::2]:
        before = extract(real.html).text.split("\n")
        source = real.html.decode("utf-8", "replace")
        line = next((x for x in before[2:] if f"<p>{x}</p>" in source), None)
        if line is None:
            continue
        change = line.replace(" ", " 4,519 ", 1)
        after = extract(
            source.replace(f"<p>{line}</p>", f"<p>{change}</p>").encode()
        ).text.split("\n")
        assert after == [change if x == line else x for x in before]
        edited += 1
    assert edited >= 8


@pytest.mark.parametrize("index", [0, 1])
def test_real_articles_survive_a_page(shared: Path, index: int) -> None:
    path = sorted((shared / "articles").glob("*.txt"))[index]
    title, *paragraphs = (line.strip() for line in path.read_text().splitlines())
    lines = [line for line in paragraphs if line]
    html = (
        f"<html><head><title>{title} | Outlet</title></head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/iran'>World</a></li></ul></nav>"
        f"<div class='content'><h1>{title}</h1><p class='time'>Updated 4 minutes ago</p>"
        + "".join(f"<p>{line}</p>" for line in lines)
        + "</div><aside><h3>Most read</h3><ul><li><a href='/a'>Another headline</a></li>"
        "</ul></aside><footer><p>© Outlet. All rights reserved.</p></footer></body></html>"
    ).encode()
    document = extract(html)
    found = set(document.text.split("\n"))
    kept = sum(" ".join(line.split()) in found for line in [title, *lines])
    assert kept / (len(lines) + 1) >= 0.98
    assert len(found) <= len(lines) + 1

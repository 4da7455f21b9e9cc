"""Messages as a real browser shows them: light and dark, wide and narrow.

CLAIMWATCH_SHOTS=folder keeps a picture of each, to look at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.alerts import render
from monitor.model import ChangeKind, Form
from tests import slack_preview
from tests.alert_samples import BY_KIND, alert, change, people

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS = (640, 360)
SCHEMES = ("light", "dark")
PERSIAN = "کمیته امداد گفت {} نفر در بندر وارل کشته شدند."

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]


def _messages() -> dict[str, dict[str, Any]]:
    persian = change(
        before=people(312, PERSIAN.format("۳۱۲"), source="کمیته امداد"),
        after=people(358, PERSIAN.format("۳۵۸"), source="کمیته امداد"),
        claim="شمار کشته‌شدگان سیل بندر وارل",
        source="کمیته امداد",
        chain=("شبکه ۹", "کمیته امداد"),
        outlet="روزنامه بندر",
        outlets=("روزنامه بندر", "Harbour Post"),
    )
    kinds = (ChangeKind.CONFLICT, ChangeKind.CERTAINTY, ChangeKind.REMOVED)
    return {
        "figure": {"alert": alert(change(), earlier_key="A-0a1b")},
        "escalated": {
            "alert": alert(*(BY_KIND[kind] for kind in kinds)),
            "prefix": "Escalated: ",
            "notice": "Not acknowledged since 2031-03-04 12:00 UTC (sent to desk).",
        },
        "persian": {"alert": alert(persian)},
        "long-words": {"alert": alert(change(claim="x" * 400, reason="y" * 400))},
        "digest": {"alert": alert(*BY_KIND.values(), digest=True)},
    }


def _page(name: str, form: Form) -> str:
    given = _messages()[name]
    told = render.message(
        given.pop("alert"),
        timezone="UTC",
        review_url="https://review.example",
        form=form,
        **given,
    )
    return told.html if form is Form.MAIL else slack_preview.page(told.blocks)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"]
        )
        yield opened
        opened.close()


@pytest.fixture(params=SCHEMES)
def shown(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page that can load nothing, in one colour scheme."""
    context = browser.new_context(color_scheme=request.param, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    yield page
    assert asked == []
    context.close()


def _keep(page: Any, name: str) -> None:
    folder = os.environ.get("CLAIMWATCH_SHOTS")
    if folder:
        scheme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        width = page.viewport_size["width"]
        kind = "dark" if scheme else "light"
        path = Path(folder) / f"{name}-{kind}-{width}.png"
        page.screenshot(path=str(path), full_page=True)


@pytest.mark.parametrize("form", [Form.MAIL, Form.SLACK])
def test_nothing_runs_out_of_the_window(shown: Any, form: Form) -> None:
    for name in _messages():
        shown.set_content(_page(name, form))
        for width in WIDTHS:
            shown.set_viewport_size({"width": width, "height": 700})
            inside = "document.documentElement.scrollWidth <= innerWidth"
            assert shown.evaluate(inside), f"{name} at {width}"
            _keep(shown, f"{form}-{name}")


def test_text_can_be_read_on_its_ground(shown: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe")
    for name in _messages():
        shown.set_content(_page(name, Form.MAIL))
        results = axe.Axe().run(shown)
        found = [
            (one["id"], node["html"][:120])
            for one in results.response["violations"]
            for node in one["nodes"]
        ]
        # a mail is no page: it needs no landmarks and no heading
        found = [one for one in found if one[0] not in _PAGES_ONLY]
        assert found == [], name


_PAGES_ONLY = {"landmark-one-main", "page-has-heading-one", "region"}


def test_right_to_left_text_reads_from_the_right(shown: Any) -> None:
    shown.set_content(_page("persian", Form.MAIL))
    quotes = shown.locator("div[dir=auto]", has_text="کشته شدند")
    assert quotes.count() == 2
    for index in range(2):
        quote = quotes.nth(index)
        # the sentence begins at the right edge, where its mark is
        box = quote.bounding_box()
        edge = quote.evaluate(
            """element => {
              const range = document.createRange();
              range.setStart(element.firstChild, 0);
              range.setEnd(element.firstChild, 1);
              return range.getBoundingClientRect().right;
            }"""
        )
        assert abs(box["x"] + box["width"] - edge) < 20
    # and the figure stays in its own direction
    figure = shown.get_by_text("312 → 358 people")
    assert figure.evaluate("e => getComputedStyle(e).direction") == "ltr"
